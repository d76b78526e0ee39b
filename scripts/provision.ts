import { join } from 'node:path';
import * as z from 'zod';
import { readCommandLine, runCommand, wholeNumber } from './commandLine.ts';
import { deviceId } from './fleet/deviceId.ts';
import { rotateCertificate } from './fleet/rotateCertificate.ts';
import { claimDevice } from './provision/claimDevice.ts';
import { makeClaimCertificate } from './provision/makeClaimCertificate.ts';
import { makeToken } from './provision/makeToken.ts';
import { provision } from './provision/provision.ts';
import { revoke } from './provision/revoke.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run provision -- DEVICE_ID [--csr FILE]                 with the operator's AWS credentials
npm run provision -- DEVICE_ID --claim DIR --token TOKEN    as the device itself, by fleet provisioning
npm run provision -- rotate DEVICE_ID                       as the device itself
npm run provision -- revoke DEVICE_ID [--certificate ID]
npm run provision -- token DEVICE_ID                        what --token takes
npm run provision -- make-claim DIR                         what --claim takes

Provisioning puts the device into the registry, makes the thing, its key and its certificate, attaches the device policy, and
prints how to connect. The private key is made on this machine and never leaves it. Files that are there are never overwritten.

  --csr FILE        sign this request (PEM): the key stays where it is
  --claim DIR       use the claim certificate in this folder, and no AWS credentials; the device must be in the registry
  --token TOKEN     with --claim: made by \`token\`, or by POST /api/devices/DEVICE_ID/provisioning-token; good once
  --application ID  the application of a device that is new to the registry (default 'default')
  --out DIR         where the key and the certificates go, and where rotate finds them (default certificates/DEVICE_ID)
  --grace SECONDS   rotate: how long the replaced certificate stays good (default 300, at most 900)
  --certificate ID  revoke: which one, when the device has several
  --valid MINUTES   token: how long it is good (default 1440)
  --local           on the system that \`npm start\` runs; without it on AWS, with the credentials of the environment
  --stage STAGE     the stage on AWS (default dev)
`;

const verbs = ['rotate', 'revoke', 'token', 'make-claim'] as const;

/** A device id alone, or a verb and what it is about. */
const commandArguments = z.array(z.string()).transform((given, context) => {
  const [verb, subject = ''] = given.length === 2 ? given : (['provision', given[0]] as const);
  const known = ['provision', ...verbs].find((each) => each === verb) as
    | 'provision'
    | (typeof verbs)[number]
    | undefined;
  if (given.length < 1 || given.length > 2 || known === undefined)
    context.addIssue(`Exactly one device id is needed, and before it nothing but ${verbs.join(', ')}.`);
  else if (known !== 'make-claim') {
    const checked = deviceId.safeParse(subject);
    for (const { message } of checked.error?.issues ?? []) context.addIssue(message);
  }
  return { verb: known ?? 'provision', subject };
});

async function main(): Promise<number> {
  const flags = readCommandLine({
    usage,
    options: {
      csr: { type: 'string' },
      claim: { type: 'string' },
      token: { type: 'string' },
      application: { type: 'string' },
      out: { type: 'string' },
      grace: { type: 'string' },
      certificate: { type: 'string' },
      valid: { type: 'string' },
      local: { type: 'boolean' },
      stage: { type: 'string' },
    },
    schema: z
      .object({
        arguments: commandArguments,
        csr: z.string().min(1).optional(),
        claim: z.string().min(1).optional(),
        token: z.string().min(1).optional(),
        application: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, '_' or '-'")
          .default('default'),
        out: z.string().min(1).optional(),
        grace: wholeNumber(0, 900).default(300),
        certificate: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
          .optional(),
        valid: wholeNumber(1, 90 * 24 * 60).default(24 * 60),
        local: z.boolean().default(false),
        stage: z.string().min(1).default('dev'),
      })
      .superRefine(({ csr, claim, token }, context) => {
        const wrong = (flag: string, message: string) => context.addIssue({ code: 'custom', path: [flag], message });
        if ((claim === undefined) !== (token === undefined))
          wrong(claim === undefined ? 'claim' : 'token', '--claim and --token go together');
        if (claim !== undefined && csr !== undefined) wrong('csr', 'with --claim the request is made here');
      }),
  });
  const { verb, subject } = flags.arguments;
  const out = flags.out ?? join('certificates', encodeURIComponent(subject));
  const target = () => (flags.local ? localTarget() : awsTarget(flags.stage));
  if (verb === 'make-claim') await makeClaimCertificate(await target(), subject);
  else if (verb === 'token') await makeToken(await target(), subject, flags);
  else if (verb === 'revoke') await revoke(await target(), subject, flags.certificate);
  else if (verb === 'rotate') {
    const { certificateId, replaced, retiresAt } = await rotateCertificate(subject, out, flags.grace);
    console.log(`${subject} has the certificate ${certificateId.slice(0, 12)}…, files in ${out}.`);
    console.log(`The one before, ${replaced.slice(0, 12)}…, ends at ${retiresAt}.`);
  } else if (flags.claim !== undefined && flags.token !== undefined)
    await claimDevice(subject, { directory: out, claim: flags.claim, token: flags.token });
  else await provision(await target(), subject, { ...flags, directory: out });
  return 0;
}

await runCommand('provision', main);
