import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ListDatabasesCommand, TimestreamWriteClient } from '@aws-sdk/client-timestream-write';

/** What a check found: a fact for the table, or what is wrong and the way out. */
export type Finding =
  | { readonly ok: true; readonly fact: string }
  | { readonly ok: false; readonly problem: string; readonly wayOut: string };

export interface Check {
  readonly what: string;
  /** Later checks need this one's answer to mean anything. */
  readonly essential?: boolean;
  run(): Promise<Finding>;
}

/** The clients, so that a test can give its own `send`. */
export interface DoctorClients {
  readonly sts: Pick<STSClient, 'send' | 'config'>;
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly iot: Pick<IoTClient, 'send'>;
  readonly timestream: Pick<TimestreamWriteClient, 'send'>;
}

export const doctorClients = (): DoctorClients => ({
  sts: new STSClient({}),
  cloudFormation: new CloudFormationClient({}),
  iot: new IoTClient({}),
  timestream: new TimestreamWriteClient({ maxAttempts: 2 }),
});

/** The bootstrap version that CDK 2 stacks ask for at least. */
export const bootstrapVersion = 6;

/** Version of the CDK's bootstrap stack; NaN when it doesn't say. @throws ValidationError when there is none. */
export async function bootstrapVersionOf(cloudFormation: Pick<CloudFormationClient, 'send'>): Promise<number> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
  return Number(Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'BootstrapVersion')?.OutputValue);
}

/** All that a deployment of Fieldline needs of an account and would otherwise fail on half-way, in the order of asking. */
export const deployChecks = ({ sts, cloudFormation, iot, timestream }: DoctorClients): Check[] => [
  {
    what: 'AWS region',
    essential: true,
    run: async () => ({ ok: true, fact: await sts.config.region() }),
  },
  {
    what: 'AWS credentials',
    essential: true,
    run: async () => {
      const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
      return { ok: true, fact: `account ${Account} as ${Arn}` };
    },
  },
  {
    what: 'CDK bootstrap',
    run: async () => {
      const version = await bootstrapVersionOf(cloudFormation);
      return version >= bootstrapVersion
        ? { ok: true, fact: `version ${version}` }
        : { ok: false, problem: `its version is ${version || 'unknown'}`, wayOut: 'npx cdk bootstrap' };
    },
  },
  {
    what: 'AWS IoT Core',
    run: async () => {
      const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
      return { ok: true, fact: endpointAddress ?? 'answers' };
    },
  },
  {
    what: 'Timestream for LiveAnalytics',
    run: async () => {
      await timestream.send(new ListDatabasesCommand({ MaxResults: 1 }));
      return { ok: true, fact: 'this account may use it' };
    },
  },
];

const withoutTimestream =
  'AWS closed Timestream for LiveAnalytics to accounts that did not use it before 2025-06-20. Deploy with an account that ' +
  'did, in a region that has it; nothing else can hold the telemetry yet.';

/** What a person can do about a failure of the check, by the error's name. */
export function adviceFor(what: string, error: Error): Finding {
  const problem = error.message || error.name;
  if (what === 'AWS region')
    return { ok: false, problem: 'none is set', wayOut: 'export AWS_REGION=eu-central-1 (or yours)' };
  if (what === 'AWS credentials') {
    return {
      ok: false,
      problem,
      wayOut: 'aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    };
  }
  if (what === 'CDK bootstrap' && error.name === 'ValidationError') {
    return { ok: false, problem: 'this account and region are not bootstrapped', wayOut: 'npx cdk bootstrap' };
  }
  if (what === 'Timestream for LiveAnalytics') return { ok: false, problem, wayOut: withoutTimestream };
  return { ok: false, problem, wayOut: 'see that these credentials may use it, and that the region has it' };
}
