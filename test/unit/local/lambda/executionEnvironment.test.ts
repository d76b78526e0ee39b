import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../edge/localEdge.ts';
import { functionFolders } from './functionFolder.ts';

const folders = functionFolders();
afterAll(folders.close);
const { run, configure, start } = folders;

const failure = (errorType: string, errorMessage: unknown) => ({
  functionError: 'Unhandled',
  payload: expect.objectContaining({ errorType, errorMessage }),
});

describe('an execution environment', () => {
  test('runs the function with its event and context', async () => {
    const { invoke } = run(
      'export const handler = async (event, context) => ({ event, context, remaining: context.getRemainingTimeInMillis() })',
    );
    const { payload, functionError } = await invoke({ say: 'hello', unicode: '🌱' });
    expect(functionError).toBeUndefined();
    const { event, context, remaining } = payload as {
      event: unknown;
      context: Record<string, string>;
      remaining: number;
    };
    expect(event).toEqual({ say: 'hello', unicode: '🌱' });
    expect(context).toEqual({
      functionName: 'under-test',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:under-test',
      memoryLimitInMB: '128',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      logGroupName: '/aws/lambda/under-test',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    expect(remaining).toBeGreaterThan(4_000);
    expect(remaining).toBeLessThanOrEqual(5_000);
  });

  test('has its own variables, and none of the host', async () => {
    process.env['FIELDLINE_HOST_SECRET'] = 'of the host';
    const { invoke } = start(configure('export const handler = async () => process.env'), {
      TABLE: 'devices',
      AWS_REGION: 'eu-west-1',
    });
    const { payload } = await invoke();
    delete process.env['FIELDLINE_HOST_SECRET'];
    expect(payload).toEqual({
      TABLE: 'devices',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
  });

  test('stays warm: the module is loaded once', async () => {
    const { invoke } = run('let calls = 0; export const handler = async () => { calls += 1; return calls; }');
    await invoke();
    await invoke();
    expect((await invoke()).payload).toBe(3);
  });

  test('is frozen between invocations: no timer runs, and a late one runs in the next invocation', async () => {
    const ticks = join(folders.write({ ticks: '' }), 'ticks');
    const count = () => readFileSync(ticks, 'utf8').length;
    const ticking = run(`
      import { appendFileSync } from 'node:fs';
      setInterval(() => appendFileSync(${JSON.stringify(ticks)}, '.'), 5);
      export const handler = ({ milliseconds }) => new Promise((resolve) => setTimeout(resolve, milliseconds));`);
    await ticking.invoke({ milliseconds: 50 });
    const clock = run('export const handler = () => new Promise((resolve) => setTimeout(resolve, 150))');
    // One tick may be under way while the answer is.
    await clock.invoke();
    const frozen = count();
    await clock.invoke();
    expect(count()).toBe(frozen);
    await ticking.invoke({ milliseconds: 50 });
    expect(count()).toBeGreaterThan(frozen);
  });

  test('sees that a connection ended while it was frozen before it uses it again', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { invoke } = run(`
      import { Agent, get } from 'node:http';
      const agent = new Agent({ keepAlive: true });
      export const handler = ({ port }) => new Promise((resolve, reject) => {
        get({ port, agent }, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject);
      });`);
    const event = { port: (server.address() as { port: number }).port };
    for (let call = 0; call < 5; call += 1) {
      expect(await invoke(event)).toEqual({ payload: 200 });
      server.closeIdleConnections();
      await eventually(
        () => new Promise<number>((resolve) => server.getConnections((_error, connections) => resolve(connections))),
        (connections) => connections === 0,
      );
    }
    server.close();
  });

  test('writes what the function prints between START and REPORT', async () => {
    const { invoke, log } = run(
      "export const handler = async () => { console.log('printed'); console.error('and this'); }",
    );
    await invoke();
    await eventually(() => log().includes('printed\n') && log().includes('and this\n'));
    expect(log()).toMatch(/START RequestId: \S+ Version: \$LATEST\n/);
    expect(log()).toMatch(/REPORT RequestId: \S+\tDuration: [\d.]+ ms\tMemory Size: 128 MB\n/);
  });

  test.each([
    ['nothing', 'async () => {}', null],
    ['a value without a promise', '() => 7', 7],
    ['what JSON has no word for', 'async () => () => 1', null],
  ])('answers %s as Lambda does', async (_, handler, payload) => {
    expect(await run(`export const handler = ${handler}`).invoke()).toEqual({ payload });
  });

  test('loads CommonJS, and a handler inside an object', async () => {
    const { invoke } = run(
      { 'app.js': 'exports.nested = { main: async () => "found" };' },
      { handler: 'app.nested.main' },
    );
    expect(await invoke()).toEqual({ payload: 'found' });
  });
});

describe('a failing function', () => {
  test('answers what it threw, and lives on', async () => {
    const { invoke, environment } = run(`
      class NoSuchDevice extends Error { name = 'NoSuchDevice'; }
      export const handler = async ({ fail }) => { if (fail) throw new NoSuchDevice('device 7'); return 'fine'; }`);
    const failed = await invoke({ fail: true });
    expect(failed).toEqual(failure('NoSuchDevice', 'device 7'));
    expect((failed.payload as { trace: string[] }).trace[0]).toBe('NoSuchDevice: device 7');
    expect(environment.alive).toBe(true);
    expect(await invoke()).toEqual({ payload: 'fine' });
  });

  test('may throw what is no error, and before its promise', async () => {
    expect(await run("export const handler = () => { throw 'text'; }").invoke()).toEqual(failure('string', 'text'));
  });

  test('that answers more than 6 MB is told so', async () => {
    const { invoke } = run("export const handler = async ({ size }) => 'x'.repeat(size)");
    expect((await invoke({ size: 6_291_554 })).functionError).toBeUndefined();
    expect(await invoke({ size: 6_291_555 })).toEqual(
      failure(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      ),
    );
  });

  test('that answers no JSON is told so', async () => {
    expect(await run('export const handler = async () => 1n').invoke()).toEqual(
      failure('Error', 'Unable to stringify response body'),
    );
  });

  test('is ended when its time is up', async () => {
    const { invoke, environment, log } = run('export const handler = () => { for (;;); }', { timeoutSeconds: 1 });
    expect(await invoke()).toEqual(
      failure(
        'Sandbox.Timedout',
        expect.stringMatching(/^RequestId: \S{36} Error: Task timed out after 1\.00 seconds$/),
      ),
    );
    expect(environment.alive).toBe(false);
    expect(log()).toMatch(/Z \S{36} Task timed out after 1\.00 seconds\n/);
  });

  test.each([
    ['exit code 3', 'process.exit(3)', /Runtime exited with error: exit status 3$/],
    ['exit code 0', 'process.exit(0)', /Runtime exited without providing a reason$/],
  ])('that exits with %s ends its environment', async (_, statement, message) => {
    const { invoke, environment } = run(`export const handler = async () => { ${statement}; }`);
    expect(await invoke()).toEqual(failure('Runtime.ExitError', expect.stringMatching(message)));
    expect(environment.alive).toBe(false);
  });

  test.each([
    ['an error that nobody catches', "setTimeout(() => { throw new TypeError('late'); })", 'TypeError', 'late'],
    [
      'a promise that nobody waits for',
      "Promise.reject(new TypeError('lost'))",
      'Runtime.UnhandledPromiseRejection',
      'TypeError: lost',
    ],
  ])('with %s ends its environment', async (_, statement, type, message) => {
    const { invoke, environment } = run(
      `export const handler = async () => { ${statement}; return new Promise((resolve) => setTimeout(resolve, 4000)); }`,
    );
    expect(await invoke()).toEqual(failure(type, message));
    expect(environment.alive).toBe(false);
  });

  test('whose promise nothing can settle fails at once, and lives on', async () => {
    const { invoke } = run("export const handler = async ({ hang }) => hang ? new Promise(() => {}) : 'back'");
    expect(await invoke({ hang: true })).toEqual(
      failure('Runtime.NodeJsExit', expect.stringContaining('a Promise that was never settled')),
    );
    expect(await invoke()).toEqual({ payload: 'back' });
  });

  test('that needs more memory than it has is killed', async () => {
    const { invoke } = run(
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(1e6).fill({})); }',
      { timeoutSeconds: 30 },
    );
    expect(await invoke()).toEqual(
      failure('Runtime.OutOfMemory', expect.stringMatching(/Runtime exited with error: signal: killed$/)),
    );
  });
});

describe('a function that cannot be loaded', () => {
  test.each([
    [
      'a missing export',
      { 'index.mjs': 'export const other = 1' },
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'an export that is no function',
      { 'index.mjs': 'export const handler = 1' },
      'Runtime.HandlerNotFound',
      'index.handler is not a function',
    ],
    ['a missing file', { 'other.mjs': '' }, 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
    [
      'a syntax error',
      { 'index.mjs': 'export const handler = (' },
      'Runtime.UserCodeSyntaxError',
      expect.stringMatching(/^SyntaxError: /),
    ],
    ['a throw at cold start', { 'index.mjs': "throw new RangeError('no TABLE')" }, 'RangeError', 'no TABLE'],
  ])('for %s says so', async (_, files, type, message) => {
    const { invoke, environment } = run(files as unknown as Record<string, string>);
    expect(await invoke()).toEqual(failure(type, message));
    expect(environment.alive).toBe(false);
  });

  test('for a callback says so under Node.js 24, and runs before it', async () => {
    const code =
      "export const handler = (event, context, callback) => { setTimeout(() => callback(null, 'called'), 1); }";
    expect(await run(code).invoke()).toEqual(
      failure(
        'Runtime.CallbackHandlerDeprecated',
        expect.stringContaining('has removed support for callback-based function handlers'),
      ),
    );
    expect(await run(code, { runtime: 'nodejs22.x' }).invoke()).toEqual({ payload: 'called' });
  });
});
