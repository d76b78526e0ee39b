import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { emulators } from '../../lib/emulators/profiles.ts';
import { readOutputs } from '../../scripts/outputs.ts';
import { type RecordingEndpoint, startRecordingEndpoint } from './recordingEndpoint.ts';
import { runScript } from './runScript.ts';

// Each deployment is five stacks by the CDK's command line, which looks at each every few seconds.
jest.setTimeout(600_000);

/** What the environment of whoever runs the tests may say is not for these. */
const blank = Object.fromEntries(
  [
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_S3',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
  ].map((name) => [name, '']),
);
/** `npm run check` looks at the templates. */
const unchecked = { CDK_VALIDATION: 'false' };
const deploy = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  runScript('deployLocalstack.ts', args, { ...blank, ...unchecked, ...environment });

describe('a deployment to a free emulator', () => {
  let endpoint: RecordingEndpoint;
  let deployed: Awaited<ReturnType<typeof deploy>>;
  beforeAll(async () => {
    endpoint = await startRecordingEndpoint({ bootstrapped: false });
    deployed = await deploy(['--emulator', 'ministack'], { AWS_ENDPOINT_URL: endpoint.url });
  });
  afterAll(() => endpoint.close());

  test('ends well, having bootstrapped first', () => {
    expect(deployed).toMatchObject({ code: 0 });
    expect([...endpoint.stacks.keys()][0]).toBe('CDKToolkit');
  });

  test('executes a change set for every stack', () => {
    expect([...endpoint.stacks.values()].map(({ name, executed }) => `${name} ${executed}`)).toEqual(
      expect.arrayContaining(
        ['Data', 'Timestream', 'Live', 'Ingestion', 'Api'].map((name) => `Fieldline-dev-${name} true`),
      ),
    );
  });

  test('sends templates without the types that it refuses, and with the others', () => {
    const types = [...endpoint.stacks.values()]
      .filter(({ name }) => name.startsWith('Fieldline'))
      .flatMap(({ templates }) => templates)
      .flatMap(({ Resources }) => Object.values<{ Type: string }>(Resources).map(({ Type }) => Type));
    expect(types).toEqual(expect.arrayContaining(['AWS::Lambda::Function', 'AWS::IoT::TopicRule', 'AWS::SQS::Queue']));
    for (const { type } of emulators.ministack.refuses.filter((refusal) => !('whenSet' in refusal))) {
      const refused = (each: string) => (type.endsWith('*') ? each.startsWith(type.slice(0, -1)) : each === type);
      expect(types.filter(refused)).toEqual([]);
    }
  });

  test('uploads the code of every function that the templates name', () => {
    const keys = [...endpoint.stacks.values()]
      .filter(({ name }) => name.startsWith('Fieldline'))
      .flatMap(({ templates }) => templates)
      .flatMap(({ Resources }) => Object.values<{ Properties: { Code?: { S3Key: string } } }>(Resources))
      .flatMap(({ Properties }) => Properties?.Code?.S3Key ?? []);
    expect(keys.length).toBeGreaterThan(0);
    const uploaded = [...endpoint.objects].map(([name, bytes]) => [name.split('/').at(-1), bytes.length > 0]);
    for (const key of keys) expect(uploaded).toContainEqual([key, true]);
  });

  test('tells what was left out, the outputs, and what does not work there', () => {
    expect(deployed.output).toMatch(/Fieldline-dev-Timestream +Database +AWS::Timestream::Database/);
    expect(deployed.output).toMatch(
      /Fieldline-dev-Live +ApisubscribeRouteResponse\w+ +AWS::ApiGatewayV2::RouteResponse/,
    );
    expect(deployed.output).toContain('Fieldline-dev-Data.Deployed = Fieldline-dev-Data is there');
    for (const limit of emulators.ministack.limits) expect(deployed.output).toContain(limit);
  });

  test('takes credentials of its own where the environment has none', () => {
    expect([...endpoint.accessKeys].sort()).toEqual(['ASSUMED', 'test']);
  });
});

describe('before anything is deployed', () => {
  test('it says that no endpoint is set, and how to set it', async () => {
    const { code, output } = await deploy([], {});
    expect(code).toBe(1);
    expect(output).toContain('AWS_ENDPOINT_URL is not set');
    expect(output).toContain('AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run deploy:localstack');
  });

  test.each([
    ['no URL', 'localhost:4566', 'no URL of an endpoint'],
    ['AWS itself', 'https://sts.eu-central-1.amazonaws.com', 'AWS itself'],
    ['where nobody listens', 'http://127.0.0.1:9', 'Nothing answers at http://127.0.0.1:9'],
  ])('it refuses an endpoint that is %s', async (_what, url, problem) => {
    expect(await deploy([], { AWS_ENDPOINT_URL: url })).toMatchObject({
      code: 1,
      output: expect.stringContaining(problem),
    });
  });

  test('it names the emulators that it knows', async () => {
    const { code, output } = await deploy(['--emulator', 'somestack'], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(code).toBe(2);
    expect(output).toContain(`--emulator: must be one of ${Object.keys(emulators).join(', ')}`);
  });

  test('it says that the local cloud needs no deployment', async () => {
    const { aws } = await readOutputs();
    const { code, output } = await deploy([], {
      AWS_ENDPOINT_URL: aws.endpointUrl,
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      AWS_REGION: aws.region,
    });
    expect(code).toBe(1);
    expect(output).toContain('`npm start`');
  });
});
