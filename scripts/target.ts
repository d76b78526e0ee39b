import { dirname, join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { PlainError } from './commandLine.ts';
import { outputsFile, readOutputs } from './outputs.ts';

/** The Fieldline that a command works on: the local one, or a stage on AWS. */
export interface Target {
  readonly kind: 'local' | 'aws';
  readonly stage: string;
  /** Settings for any AWS SDK client. */
  readonly client: {
    readonly region: string;
    readonly endpoint?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** `caFile` is absent on AWS, whose certificates the Amazon root CA vouches for. */
  readonly mqtt: { readonly host: string; readonly port: number; readonly caFile?: string };
  /** Keys and certificates of simulated devices are kept here between runs. */
  readonly devicesDir: string;
  /** @throws PlainError when the stack or its output isn't there. */
  output(stack: StackName, key: string): string;
}

const stackNames = [
  'Data',
  'Identity',
  'Timestream',
  'Ingestion',
  'Live',
  'Provisioning',
  'Commands',
  'Presence',
  'Api',
] as const;
export type StackName = (typeof stackNames)[number];
type Stacks = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const stackName = (stage: string, stack: StackName) => `Fieldline-${stage}-${stack}`;

const outputOf = (stacks: Stacks, stage: string) => (stack: StackName, key: string) => {
  const value = stacks[stackName(stage, stack)]?.[key];
  if (value === undefined) throw new PlainError(`The stack ${stackName(stage, stack)} has no output ${key}.`);
  return value;
};

/**
 * The running local system, as its outputs.json tells.
 * @throws PlainError when none runs.
 */
export async function localTarget(file: string = outputsFile()): Promise<Target> {
  const { aws, mqtt, stacks } = await readOutputs(file);
  const stage = /^Fieldline-(.+)-Ingestion$/.exec(
    Object.keys(stacks).find((name) => name.endsWith('-Ingestion')) ?? '',
  )?.[1];
  if (stage === undefined) throw new PlainError(`${file} names no ingestion stack.`);
  return {
    kind: 'local',
    stage,
    client: {
      region: aws.region,
      endpoint: aws.endpointUrl,
      credentials: { accessKeyId: aws.accessKeyId, secretAccessKey: aws.secretAccessKey },
    },
    mqtt,
    devicesDir: join(dirname(file), 'devices'),
    output: outputOf(stacks, stage),
  };
}

/**
 * A stage on AWS, with the credentials and the region of the environment, by its stacks' outputs.
 * @throws PlainError when the stage isn't deployed there.
 */
export async function awsTarget(stage: string): Promise<Target> {
  const cloudFormation = new CloudFormationClient({});
  const region = await cloudFormation.config.region().catch(() => {
    throw new PlainError('No AWS region is set: set AWS_REGION, or use --local for the local system.');
  });
  const names = stackNames.map((stack) => stackName(stage, stack));
  const stacks = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await stackOutputs(cloudFormation, name)] as const)),
  );
  const { endpointAddress } = await new IoTClient({}).send(
    new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
  );
  if (endpointAddress === undefined) throw new Error('AWS IoT gave no data endpoint.');
  return {
    kind: 'aws',
    stage,
    client: { region },
    mqtt: { host: endpointAddress, port: 8883 },
    devicesDir: join('.fieldline', 'aws', `${region}-${stage}`, 'devices'),
    output: outputOf(stacks, stage),
  };
}

async function stackOutputs(cloudFormation: CloudFormationClient, name: string): Promise<Record<string, string>> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name })).catch((error: Error) => {
    if (error.name === 'ValidationError') throw new PlainError(`The stack ${name} is not deployed: ${error.message}`);
    throw error;
  });
  return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}
