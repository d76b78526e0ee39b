import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { type Cloud, startCloud } from '../../../local/cloud.ts';
import { signedHeaders } from '../../signing.ts';
import { freePortOffset, portsAt } from '../../start/ports.ts';
import { percentile } from '../percentile.ts';
import { CallStack } from './callStack.ts';

export interface CallCost {
  readonly name: string;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const warmUp = 1000;
const host = '127.0.0.1';
const durations = z.record(z.string(), z.array(z.number()));

/**
 * What a call of an AWS service costs a function in the local cloud: the SDK, HTTP, IAM and the service. The first is the yardstick, an
 * HTTP exchange of the same bytes with a server in the same process that does nothing.
 */
export async function measureCalls(count: number): Promise<CallCost[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fieldline-calls-'));
  const app = new App({ outdir: join(directory, 'assembly') });
  new CallStack(app, 'Calls');
  app.synth();
  const nothing = createServer((request, response) => request.on('end', () => response.end('{}')).resume());
  await new Promise<void>((resolve) => nothing.listen(0, host, resolve));
  const bare = nothing.address();
  const cloud = await startCloud({
    assemblyDir: join(directory, 'assembly'),
    stateDir: join(directory, 'state'),
    ports: portsAt(await freePortOffset(host)),
    log: { info() {}, warn: console.error, error: console.error },
  });
  try {
    const bareUrl = `http://${host}:${typeof bare === 'object' ? bare?.port : bare}/`;
    const measured = durations.parse(await invoke(cloud, JSON.stringify({ bareUrl, warmUp, count })));
    return Object.entries(measured).map(([name, values]) => ({
      name,
      p50: percentile(values, 0.5),
      p99: percentile(values, 0.99),
    }));
  } finally {
    await cloud.close();
    nothing.close();
    nothing.closeAllConnections();
    await rm(directory, { recursive: true, force: true });
  }
}

async function invoke({ endpointUrl, region, credentials, outputs }: Cloud, body: string): Promise<unknown> {
  const url = `${endpointUrl}/2015-03-31/functions/${outputs['Calls']?.['CallerName']}/invocations`;
  const headers = signedHeaders({ url, region, credentials, service: 'lambda', method: 'POST', body });
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (answer.status !== 200 || answer.headers.has('x-amz-function-error'))
    throw new Error(`The function that measures calls failed: ${await answer.text()}`);
  return await answer.json();
}
