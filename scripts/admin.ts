import * as z from 'zod';
import { createAdmin, newPassword } from './admin/createAdmin.ts';
import { readCommandLine, runCommand } from './commandLine.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run admin -- create EMAIL [--invite] [--local] [--stage STAGE]

Makes a person an admin of the platform. Who has no account is given one with a random temporary password, which is printed this
once and must be replaced at the first sign-in. The first time, the application 'default' is made too.

  --invite       Cognito mails the temporary password to EMAIL, and nothing is printed
  --local        on the system that \`npm start\` runs; without it on AWS, with the credentials of the environment
  --stage STAGE  the stage on AWS (default dev)
`;

const email = z.email({ error: 'EMAIL must be an email address.' }).toLowerCase();

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: { invite: { type: 'boolean' }, local: { type: 'boolean' }, stage: { type: 'string' } },
    schema: z.object({
      arguments: z.tuple(
        [z.literal('create', { error: 'What to do must be `create`.' }), email],
        'Say `create EMAIL`, with one email address.',
      ),
      invite: z.boolean().default(false),
      local: z.boolean().default(false),
      stage: z.string().min(1).default('dev'),
    }),
  });
  const [, address] = flags.arguments;
  const target = flags.local ? await localTarget() : await awsTarget(flags.stage);
  const temporary = newPassword();
  const { existed, madeApplication } = await createAdmin(target, address, flags.invite ? 'by mail' : { temporary });
  console.log(
    `${address} is an admin of the platform${existed ? '; the account and its password stay as they were' : ''}.`,
  );
  if (!existed)
    console.log(
      flags.invite
        ? 'The temporary password comes by mail, and is good for seven days.'
        : `Temporary password, good for seven days and shown this once: ${temporary}`,
    );
  if (madeApplication) console.log("The application 'default' was made, of which they are the admin.");
  return 0;
}

await runCommand('admin', main);
