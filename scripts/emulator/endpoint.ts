import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { PlainError } from '../commandLine.ts';
import { bootstrapVersion, bootstrapVersionOf } from '../doctor/checks.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const examples = `
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 npm run deploy:localstack
To deploy to AWS: npm run deploy. To run Fieldline on this machine without an emulator: npm start.`;

/**
 * What the CDK's command line needs to know besides the environment: credentials and a region where none are given.
 * @throws PlainError when the environment names no endpoint, or AWS itself
 */
export function emulatorEnvironment(environment: Environment): { url: string; added: Record<string, string> } {
  const url = environment['AWS_ENDPOINT_URL'];
  if (url === undefined || url === '')
    throw new PlainError(`AWS_ENDPOINT_URL is not set: it says where the emulator answers, as in${examples}`);
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) {
    const value = environment[name];
    if (value === undefined || value === '') continue;
    if (!/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
      throw new PlainError(`${name} is no URL of an endpoint: ${value}. It is to be as in${examples}`);
    if (new URL(value).hostname.endsWith('.amazonaws.com'))
      throw new PlainError(`${name} is AWS itself: ${value}. This command is for emulators.${examples}`);
  }
  const has = (...names: string[]) => names.some((name) => (environment[name] ?? '') !== '');
  return {
    url,
    added: {
      ...(!has('AWS_ACCESS_KEY_ID', 'AWS_PROFILE') && { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }),
      ...(!has('AWS_REGION', 'AWS_DEFAULT_REGION') && { AWS_REGION: 'us-east-1' }),
      // A bucket as a host name resolves on few machines.
      ...(!has('CDK_S3_FORCE_PATH_STYLE') && { CDK_S3_FORCE_PATH_STYLE: '1' }),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
  };
}

const notAnEmulator =
  "Is AWS_ENDPOINT_URL the emulator's address?\nThe local cloud of `npm start` needs no deployment: it runs the stacks as they are.";

/** Answers within these or counts as not there, milliseconds. */
const patience = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/**
 * Asks the endpoint who calls: account and region to deploy to.
 * @throws PlainError when nothing answers there, or not as AWS does
 */
export async function whoAmI(url: string): Promise<{ account: string; region: string }> {
  const sts = new STSClient(patience);
  const { Account } = await sts.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    throw new PlainError(
      hasAnswered(error)
        ? `${url} answers, and not as AWS does: ${said(error)}. ${notAnEmulator}`
        : `Nothing answers at ${url} (${said(error)}). Start the emulator, and see that AWS_ENDPOINT_URL is its address.`,
    );
  });
  if (Account === undefined)
    throw new PlainError(`${url} answers, and not as AWS does: STS names no account. ${notAnEmulator}`);
  return { account: Account, region: await sts.config.region() };
}

/** @throws PlainError when the endpoint has no CloudFormation */
export async function isBootstrapped(url: string): Promise<boolean> {
  try {
    return (await bootstrapVersionOf(new CloudFormationClient(patience))) >= bootstrapVersion;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return false;
    throw new PlainError(
      `${url} has no CloudFormation, which the CDK deploys by: ${said(error as Error)}. ${notAnEmulator}`,
    );
  }
}

const hasAnswered = (error: Error) =>
  '$metadata' in error && (error as { $response?: unknown }).$response !== undefined;

/** One line of what an SDK says. */
const said = (error: Error & { code?: string }) =>
  error.name === 'TimeoutError' ? 'no answer in time' : error.message.split('\n')[0] || error.code || error.name;
