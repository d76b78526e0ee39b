import * as z from 'zod';
import type { GrantReport, RoleReport } from '../local/identity/accessLog.ts';
import { noArguments, readCommandLine, runCommand } from './commandLine.ts';
import { askLocalCloud } from './localEndpoint.ts';

const usage = `
npm run iam-report -- [--json] [--strict]

Of the running local cloud, since its start: which grants of each role no call has used, and which calls were refused. Run what
there is to run (tests, the simulated fleet) first. Grants for logs and X-Ray are left out: functions log to files here.

  --json     all of it, the grants that were used too
  --strict   exit with 1 when there is a grant that nobody used, or a refused call
`;

async function main(): Promise<number> {
  const { json, strict } = readCommandLine({
    usage,
    options: { json: { type: 'boolean' }, strict: { type: 'boolean' } },
    schema: z.object({
      arguments: noArguments,
      json: z.boolean().default(false),
      strict: z.boolean().default(false),
    }),
  });
  const { roles } = (await askLocalCloud('iam')) as { roles: RoleReport[] };
  const findings = roles.flatMap(findingsOf);
  if (json) console.log(JSON.stringify({ roles }, null, 2));
  else
    console.log(
      findings.length > 0
        ? findings.join('\n\n')
        : `All grants of ${roles.length} roles were used, and no call was refused.`,
    );
  return strict && findings.length > 0 ? 1 : 0;
}

/** A paragraph about a role that there is something to say of. */
function findingsOf({ role, origin, grants, refused }: RoleReport): string[] {
  const lines = [
    ...grants.flatMap(unusedOf),
    ...refused.map(({ action, resource, count, decision }) => {
      const why = decision === 'explicitDeny' ? ', by an explicit deny' : '';
      return `  refused  ${action} on ${resource} (${count} times${why})`;
    }),
  ];
  return lines.length > 0 ? [[`${origin.stack} / ${origin.logicalId} (${role})`, ...lines].join('\n')] : [];
}

function unusedOf({ origin, policy, actions, resources, uses, unusedActions, unusedResources }: GrantReport): string[] {
  const where = `[${origin?.logicalId ?? policy}]`;
  if (uses === 0) return [`  unused   ${actions.join(', ')} on ${resources.join(', ')} ${where}`];
  return [
    ...(unusedActions.length > 0 ? [`  unused   ${unusedActions.join(', ')} on ${resources.join(', ')} ${where}`] : []),
    ...(unusedResources.length > 0 ? [`  unused   on ${unusedResources.join(', ')} ${where}`] : []),
  ];
}

await runCommand('iam-report', main);
