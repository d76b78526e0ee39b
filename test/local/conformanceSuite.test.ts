import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { runCommand } from './runScript.ts';

const project = join(import.meta.dirname, '../..');
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs a part of the suite as `npm run conformance` does, and reads its table: group → passed, failed, differs, not supported. */
async function conformance(url: string, ...files: string[]) {
  const { code, output } = await runCommand(
    process.execPath,
    [
      ...[
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(project, 'node_modules/jest/bin/jest.js'),
      ],
      ...['--rootDir', project, '--selectProjects', 'conformance', '--testPathPatterns', ...files],
    ],
    {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: '',
      AWS_PROFILE: '',
      CONFORMANCE_ENDPOINT: '',
      CONFORMANCE_OUTPUTS: '',
      CONFORMANCE_LOCAL: '',
    },
  );
  const table = /^Conformance of [\s\S]*?^all/m.exec(output)?.[0] ?? '';
  const rows = [...table.matchAll(/^(\S.*?) +(\d+) +(\d+) +(\d+) +(\d+)$/gm)];
  return { code, output, table: new Map(rows.map(([, group = '', ...counts]) => [group, counts.map(Number)])) };
}
const groups = [
  'SQS',
  'S3',
  'DynamoDB',
  'IoT registry',
  'Shadows',
  'IoT data plane',
  'SNS',
  'Lambda',
  'Cognito user pools',
  'Timestream',
  'HTTP API',
  'WebSocket API',
];

test.each<[string, () => Promise<string>, string]>([
  ['where nobody listens', async () => 'http://127.0.0.1:9', 'it does not answer'],
  [
    'that answers 501 to everything',
    () =>
      serve((request, response) => {
        request.resume();
        response.writeHead(501).end('{}');
      }),
    'it does not know this',
  ],
  [
    'that talks of other things',
    () =>
      serve((request, response) => {
        request.resume();
        response.end('<html><body>It works!</h1>');
      }),
    'it answers in no form of this service',
  ],
])('an endpoint %s ends with a table of what is not supported', async (_what, start, reason) => {
  const { code, output, table } = await conformance(await start(), '.');
  expect(code).toBe(1);
  expect([...table.keys()].sort()).toEqual([...groups].sort());
  for (const [group, [passed, failed, differs, notSupported = 0]] of table) {
    expect([group, passed, failed, differs]).toEqual([group, 0, 0, 0]);
    expect(notSupported).toBeGreaterThan(0);
  }
  expect(output).toContain(`SQS: ${reason}`);
});

test('an endpoint that never answers costs a group no more than its sign of life', async () => {
  const url = await serve((request) => void request.resume());
  const { code, output, table } = await conformance(url, 'sqs');
  expect(code).toBe(1);
  expect(table.get('SQS')?.slice(0, 3)).toEqual([0, 0, 0]);
  expect(output).toContain('SQS: no answer within 8 s');
});

test('what behaves otherwise fails, and is told from what is not there', async () => {
  // Every queue is the same, and empty.
  const url = await serve(async (request, response) => {
    request.resume();
    const known = /\.(ListQueues|CreateQueue|GetQueueUrl|SendMessage)$/.test(String(request.headers['x-amz-target']));
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify(
        known ? { QueueUrl: 'http://localhost/1/q' } : { __type: 'com.amazonaws.sqs#UnknownOperationException' },
      ),
    );
  });
  const { table } = await conformance(url, 'sqs');
  const [passed = 0, failed = 0, differs, notSupported = 0] = table.get('SQS') ?? [];
  expect({ passed, differs }).toEqual({ passed: 0, differs: 0 });
  expect(failed).toBeGreaterThan(0);
  expect(notSupported).toBeGreaterThan(0);
});
