import { createHash } from 'node:crypto';
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

/** Times are milliseconds. */
export interface CallCost {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  /** The same call of the SDK to a server that does nothing: what is left is the local cloud's own. */
  readonly withoutService: { readonly p50: number };
}

const warmUp = 1000;
const text = JSON.stringify({ celsius: 21.5, note: 'x'.repeat(200) });
/** For whatever comes: the client of SQS compares the digest, the others don't mind. */
const answer = JSON.stringify({ MessageId: 'none', MD5OfMessageBody: createHash('md5').update(text).digest('hex') });
const host = '127.0.0.1';
const durations = z.record(z.string(), z.object({ cloud: z.array(z.number()), nothing: z.array(z.number()) }));

/**
 * What a call of an AWS service costs a function in the local cloud: the SDK, HTTP, IAM and the service. The yardstick is the same call
 * to a server in this process that does nothing, in turns with it.
 */
export async function measureCalls(count: number): Promise<CallCost[]> {
  const directory = await mkdtemp(join(tmpdir(), 'fieldline-calls-'));
  const app = new App({ outdir: join(directory, 'assembly') });
  new CallStack(app, 'Calls');
  app.synth();
  const nothing = createServer((request, response) => request.on('end', () => response.end(answer)).resume());
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
    const measured = durations.parse(await invoke(cloud, JSON.stringify({ bareUrl, text, warmUp, count })));
    return Object.entries(measured).map(([name, values]) => ({
      name,
      p50: percentile(values.cloud, 0.5),
      p99: percentile(values.cloud, 0.99),
      withoutService: { p50: percentile(values.nothing, 0.5) },
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
