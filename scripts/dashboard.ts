import * as z from 'zod';
import { noArguments, readCommandLine, runCommand, wholeNumber } from './commandLine.ts';
import { type Dashboard, serveDashboard } from './dashboard/serve.ts';
import { onStopSignal } from './onStopSignal.ts';
import { awsTarget, localTarget } from './target.ts';

const usage = `
npm run dashboard -- [--port N] [--aws [--stage STAGE]]

Serves the dashboard on this machine alone, and hands its calls on to the HTTP API. People sign in on the page. \`npm start\` does
the same at port 8080.

  --port N          default 8081
  --aws             for the stacks on AWS, which are found with the credentials of the environment; without it for the system that \`npm start\` runs
  --stage STAGE     the stage on AWS (default dev)
`;

const loopback = '127.0.0.1';

interface DashboardOptions {
  readonly host: string;
  readonly port: number;
  readonly http: { readonly url: string };
  readonly websocket: { readonly url: string };
  readonly signIn?: { readonly email: string; readonly password: string } | undefined;
}

/**
 * The dashboard of a running system.
 * @throws PlainError when the port is taken.
 */
export function startDashboard({ host, port, http, websocket, signIn }: DashboardOptions): Promise<Dashboard> {
  return serveDashboard({ host, port, http, websocket, signIn });
}

async function main(): Promise<undefined> {
  const flags = readCommandLine({
    usage,
    options: { port: { type: 'string' }, aws: { type: 'boolean' }, stage: { type: 'string' } },
    schema: z.object({
      arguments: noArguments,
      port: wholeNumber(0, 65_535).default(8081),
      aws: z.boolean().default(false),
      stage: z.string().min(1).default('dev'),
    }),
  });
  const target = flags.aws ? await awsTarget(flags.stage) : await localTarget();
  const dashboard = await serveDashboard({
    host: loopback,
    port: flags.port,
    http: { url: target.output('Api', 'HttpUrl') },
    websocket: { url: target.output('Live', 'WebSocketUrl') },
  });
  console.log(`The dashboard is at ${dashboard.url}. Ctrl-C stops it.`);
  await new Promise<void>(onStopSignal);
  await dashboard.close();
}

// `npm start` imports this file for startDashboard.
if (import.meta.main) await runCommand('dashboard', main);
