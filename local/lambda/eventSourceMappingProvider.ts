import type { CloudLog } from '../context.ts';
import type { AccessPort, FunctionPort, QueuePort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { createMapping, type EventSourceMapping, type MappingSettings } from './eventSourceMapping.ts';
import type { FunctionPool } from './functionPool.ts';

interface Dependencies {
  readonly queues: QueuePort;
  readonly functions: FunctionPort;
  readonly iam: AccessPort;
  readonly mappings: EventSourceMapping[];
  readonly poolOf: (arn: string) => FunctionPool;
  readonly log: CloudLog;
  readonly limit: number;
}

/** AWS::Lambda::EventSourceMapping of an SQS queue (AWS: "Using Lambda with Amazon SQS"). */
export function eventSourceMappingProvider(dependencies: Dependencies): ResourceProvider {
  return {
    type: 'AWS::Lambda::EventSourceMapping',
    honoured: [
      'EventSourceArn',
      'FunctionName',
      'BatchSize',
      'MaximumBatchingWindowInSeconds',
      'FunctionResponseTypes',
      'ScalingConfig.MaximumConcurrency',
      'Enabled',
    ],
    noEffect: { Tags: 'nothing reads them' },
    provision({ properties, generatedName }) {
      const settings = readSettings(properties, dependencies);
      if (properties['Enabled'] !== false) dependencies.mappings.push(createMapping(settings, dependencies));
      return { ref: generatedName, attributes: { Id: generatedName } };
    },
  };
}

function readSettings(
  properties: Readonly<Record<string, unknown>>,
  { queues, iam, poolOf, limit }: Dependencies,
): MappingSettings {
  const queueArn = String(properties['EventSourceArn']);
  if (!queueArn.startsWith('arn:aws:sqs:')) throw new NotHonoured('EventSourceArn', `${queueArn} is no SQS queue`);
  const batchSize = Number(properties['BatchSize'] ?? 10);
  const window = Number(properties['MaximumBatchingWindowInSeconds'] ?? 0);
  if (batchSize > 10 && window < 1) {
    throw new NotHonoured(
      'BatchSize',
      `AWS demands MaximumBatchingWindowInSeconds of at least 1 when BatchSize is above 10; it is ${window} with ${batchSize}`,
    );
  }
  if (batchSize < 1 || batchSize > 10_000) throw new NotHonoured('BatchSize', 'AWS takes 1 to 10000');
  if (window < 0 || window > 300) throw new NotHonoured('MaximumBatchingWindowInSeconds', 'AWS takes 0 to 300');
  if (queueArn.endsWith('.fifo') && (batchSize > 10 || window > 0)) {
    throw new NotHonoured('BatchSize', 'a FIFO queue takes batches of at most 10, without a window');
  }
  const { configuration } = poolOf(String(properties['FunctionName']));
  if (queues.visibilityTimeoutSeconds(queueArn) < configuration.timeoutSeconds) {
    throw new NotHonoured(
      'EventSourceArn',
      `queue visibility timeout: ${queues.visibilityTimeoutSeconds(queueArn)} seconds is less than function timeout: ${configuration.timeoutSeconds} seconds`,
    );
  }
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
    if (!iam.isAllowed(configuration.roleArn, action, queueArn)) {
      throw new NotHonoured('FunctionName', `the function's role may not call ${action} on ${queueArn}`);
    }
  }
  const { MaximumConcurrency: maximum } = (properties['ScalingConfig'] ?? {}) as { MaximumConcurrency?: number };
  if (maximum !== undefined && (maximum < 2 || maximum > 1000))
    throw new NotHonoured('ScalingConfig.MaximumConcurrency', 'AWS takes 2 to 1000');
  return {
    queueArn,
    functionArn: configuration.arn,
    batchSize,
    windowMilliseconds: window * 1000,
    reportsFailures: ((properties['FunctionResponseTypes'] ?? []) as string[]).includes('ReportBatchItemFailures'),
    concurrency: Math.min(maximum ?? limit, limit),
  };
}
