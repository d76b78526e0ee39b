import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfiguration } from '../../lib/config.ts';

const read = (context: Readonly<Record<string, unknown>> = {}) => readConfiguration((key) => context[key]);
const problemsOf = (context: Readonly<Record<string, unknown>>) => {
  try {
    read(context);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1, -1)
      .map((line) => line.trim().split(': ')[0]);
  }
  return [];
};

const environment = { ...process.env };
beforeEach(() => {
  delete process.env['CDK_DEFAULT_ACCOUNT'];
  delete process.env['CDK_DEFAULT_REGION'];
});
afterEach(() => {
  process.env = { ...environment };
});

test('nothing needs to be set', () => {
  expect(read()).toMatchObject({
    stage: 'dev',
    disposable: true,
    account: undefined,
    region: 'us-east-1',
    profile: 'live',
    batching: { batchSize: 10, windowSeconds: 0 },
    telemetryStore: 'timestream',
  });
});

test('account and region are those of the credentials, unless set', () => {
  process.env['CDK_DEFAULT_ACCOUNT'] = '444455556666';
  process.env['CDK_DEFAULT_REGION'] = 'eu-west-1';
  expect(read()).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
  expect(read({ account: '111122223333', region: 'us-gov-west-1' })).toMatchObject({
    account: '111122223333',
    region: 'us-gov-west-1',
  });
});

test.each([
  ['dev', true],
  ['test', true],
  ['local', true],
  ['staging', false],
  ['prod', false],
])('stage %s is disposable: %s', (stage, disposable) => {
  expect(read({ stage }).disposable).toBe(disposable);
});

describe('batching', () => {
  test('what is set goes over the profile', () => {
    expect(read({ profile: 'thrifty', windowSeconds: '20' }).batching).toEqual({ batchSize: 500, windowSeconds: 20 });
    expect(read({ batchSize: '5' }).batching).toEqual({ batchSize: 5, windowSeconds: 0 });
  });

  test('ten messages need no window, eleven do', () => {
    expect(problemsOf({ batchSize: 10 })).toEqual([]);
    expect(problemsOf({ batchSize: 11, windowSeconds: 1 })).toEqual([]);
    expect(() => read({ batchSize: 11 })).toThrow(
      'windowSeconds: AWS demands a window of at least 1 second when batchSize is above 10',
    );
  });
});

test.each([
  { stage: 'Production!' },
  { account: '12345' },
  { region: 'Frankfurt' },
  { profile: 'fast' },
  { batchSize: 10_001, windowSeconds: 5 },
  { windowSeconds: 301 },
  { maxAttempts: 0 },
  { ingestConcurrency: 1 },
  { rawDays: 0 },
  { rawInfrequentAccessDays: 29 },
  { messageDays: 'many' },
  { logDays: 31 },
  { memoryStoreHours: 8767 },
  { magneticStoreDays: 73_001 },
  { telemetryStore: 'influxdb' },
  { emulator: 'somestack' },
])('%j is refused by its key', (context) => {
  expect(problemsOf(context)).toEqual([Object.keys(context)[0]]);
});

test('an origin is a scheme and a host, several are separated by commas', () => {
  expect(read({ origins: 'https://a.example,http://localhost:8080' }).origins).toEqual([
    'https://a.example',
    'http://localhost:8080',
  ]);
  expect(problemsOf({ origins: 'https://a.example,b.example' })).toEqual(['origins.1']);
});

test('every wrong key is named at once, with the way to set it', () => {
  const context = { stage: 'PROD', profile: 'fast', logDays: 31, origins: ['example'] };
  expect(problemsOf(context)).toEqual(['stage', 'profile', 'logDays', 'origins.0']);
  expect(() => read(context)).toThrow(
    /^The configuration can't be used:\n.*\nSet it with -c key=value or in cdk\.json\.$/s,
  );
});
