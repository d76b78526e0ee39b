import * as z from 'zod';
import { noArguments, readCommandLine, runCommand } from './commandLine.ts';
import { adviceFor, type Check, deployChecks, doctorClients, type Finding } from './doctor/checks.ts';

const usage = `
npm run doctor

Asks, with the AWS credentials and the region of the environment, for all that a deployment needs: credentials, region, CDK
bootstrap, AWS IoT Core, and access to Timestream for LiveAnalytics, which AWS closed to accounts that did not use it before
2025-06-20. Changes nothing. Exits with 1 when something is missing. \`npm run deploy\` runs it first.
`;

async function main(): Promise<number> {
  readCommandLine({ usage, options: {}, schema: z.object({ arguments: noArguments }) });
  let problems = 0;
  for (const check of deployChecks(doctorClients())) {
    const finding = await runCheck(check);
    if (finding.ok) {
      console.log(`ok       ${check.what}: ${finding.fact}`);
      continue;
    }
    problems += 1;
    console.log(`PROBLEM  ${check.what}: ${finding.problem}\n         → ${finding.wayOut}`);
    if (check.essential) break;
  }
  console.log(problems === 0 ? '\nReady to deploy.' : '\nNot ready to deploy.');
  return problems === 0 ? 0 : 1;
}

const runCheck = ({ what, run }: Check): Promise<Finding> => run().catch((error: Error) => adviceFor(what, error));

await runCommand('doctor', main);
