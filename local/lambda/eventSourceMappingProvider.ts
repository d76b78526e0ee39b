import type { CloudContext } from '../context.ts';
import { compilePattern } from '../eventPattern.ts';
import type { AccessPort, FunctionPort, QueuePort, StreamPort } from '../ports.ts';
import { NotHonoured, type ResolvedResource, type ResourceProvider } from '../resources/provider.ts';
import { createMapping, type EventSourceMapping, type MappingSettings } from './eventSourceMapping.ts';
import type { FunctionPool } from './functionPool.ts';
import { openStreamCheckpoints } from './streamCheckpoints.ts';
import { createStreamMapping, type StreamMappingSettings } from './streamMapping.ts';

interface Dependencies {
  readonly queues: QueuePort;
  readonly streams?: StreamPort;
  readonly functions: FunctionPort;
  readonly iam: AccessPort;
  readonly mappings: EventSourceMapping[];
  readonly poolOf: (arn: string) => FunctionPool;
  readonly context: Pick<CloudContext, 'store' | 'log'>;
  readonly limit: number;
}

type Properties = Readonly<Record<string, unknown>>;

/** What one kind of source has no use for, as Lambda's API refuses it. */
const ofStreams = [
  'StartingPosition',
  'BisectBatchOnFunctionError',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'ParallelizationFactor',
  'DestinationConfig',
];
const ofQueues = ['ScalingConfig'];
const mostFilters = 5;
const longestPattern = 4096;

/** AWS::Lambda::EventSourceMapping of an SQS queue or of a DynamoDB stream (AWS: "How Lambda processes records from stream and queue-based event sources"). */
export function eventSourceMappingProvider(dependencies: Dependencies): ResourceProvider {
  const { context, mappings, streams } = dependencies;
  const checkpoints = openStreamCheckpoints(context);
  const mappingOf = ({ properties, generatedName }: ResolvedResource): EventSourceMapping => {
    const source = String(properties['EventSourceArn']);
    if (source.startsWith('arn:aws:sqs:'))
      return createMapping(readQueueSettings(properties, dependencies), { ...dependencies, log: context.log });
    if (!streams || !/^arn:aws:dynamodb:.*\/stream\//.test(source))
      throw new NotHonoured('EventSourceArn', `${source} is no SQS queue and no DynamoDB stream`);
    const settings = readStreamSettings(properties, dependencies);
    const first = properties['StartingPosition'] === 'LATEST' ? streams.latest(source) : 0;
    const checkpoint = checkpoints.of(generatedName, source, first);
    return createStreamMapping(settings, { ...dependencies, ...context, streams, checkpoint });
  };
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
      'StartingPosition',
      'BisectBatchOnFunctionError',
      'MaximumRetryAttempts',
      'MaximumRecordAgeInSeconds',
      'ParallelizationFactor',
      'DestinationConfig.OnFailure.Destination',
      'FilterCriteria.Filters.*.Pattern',
    ],
    noEffect: { Tags: 'nothing reads them' },
    provision(resource) {
      const mapping = mappingOf(resource);
      if (resource.properties['Enabled'] !== false) mappings.push(mapping);
      return { ref: resource.generatedName, attributes: { Id: resource.generatedName } };
    },
  };
}

function readQueueSettings(properties: Properties, { queues, iam, poolOf, limit }: Dependencies): MappingSettings {
  refuseOthers(properties, ofStreams, 'a queue');
  if (properties['FilterCriteria'] !== undefined)
    throw new NotHonoured('FilterCriteria', 'what a queue holds is not filtered here; what a stream holds is');
  const queueArn = String(properties['EventSourceArn']);
  const { batchSize, window } = readBatching(properties, 10);
  if (batchSize > 10 && window < 1) {
    throw new NotHonoured(
      'BatchSize',
      `AWS demands MaximumBatchingWindowInSeconds of at least 1 when BatchSize is above 10; it is ${window} with ${batchSize}`,
    );
  }
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
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])
    demand(iam, configuration.roleArn, action, queueArn);
  const { MaximumConcurrency: maximum } = (properties['ScalingConfig'] ?? {}) as { MaximumConcurrency?: number };
  if (maximum !== undefined && (maximum < 2 || maximum > 1000))
    throw new NotHonoured('ScalingConfig.MaximumConcurrency', 'AWS takes 2 to 1000');
  return {
    queueArn,
    functionArn: configuration.arn,
    batchSize,
    windowMilliseconds: window * 1000,
    reportsFailures: reportsFailures(properties),
    concurrency: Math.min(maximum ?? limit, limit),
  };
}

/** AWS: "Lambda parameters for Amazon DynamoDB event source mappings". */
function readStreamSettings(properties: Properties, { queues, iam, poolOf }: Dependencies): StreamMappingSettings {
  refuseOthers(properties, ofQueues, 'a stream');
  const streamArn = String(properties['EventSourceArn']);
  const { batchSize, window } = readBatching(properties, 100);
  if (!['TRIM_HORIZON', 'LATEST'].includes(String(properties['StartingPosition'])))
    throw new NotHonoured('StartingPosition', 'AWS takes TRIM_HORIZON and LATEST for a DynamoDB stream');
  if (Number(properties['ParallelizationFactor'] ?? 1) !== 1)
    throw new NotHonoured('ParallelizationFactor', 'a stream has one shard here, which is read one batch at a time');
  const retries = Number(properties['MaximumRetryAttempts'] ?? -1);
  if (retries < -1 || retries > 10_000) throw new NotHonoured('MaximumRetryAttempts', 'AWS takes -1 to 10000');
  const age = Number(properties['MaximumRecordAgeInSeconds'] ?? -1);
  if (age !== -1 && (age < 60 || age > 604_800))
    throw new NotHonoured('MaximumRecordAgeInSeconds', 'AWS takes -1, or 60 to 604800');
  const { configuration } = poolOf(String(properties['FunctionName']));
  const { roleArn } = configuration;
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'])
    demand(iam, roleArn, `dynamodb:${action}`, streamArn);
  const { OnFailure: { Destination: onFailure } = {} } = (properties['DestinationConfig'] ?? {}) as {
    OnFailure?: { Destination?: string };
  };
  if (onFailure !== undefined) {
    if (!onFailure.startsWith('arn:aws:sqs:') || onFailure.endsWith('.fifo'))
      throw new NotHonoured('DestinationConfig.OnFailure.Destination', `${onFailure} is no standard SQS queue`);
    queues.visibilityTimeoutSeconds(onFailure);
    demand(iam, roleArn, 'sqs:SendMessage', onFailure);
  }
  return {
    streamArn,
    functionArn: configuration.arn,
    batchSize,
    windowMilliseconds: window * 1000,
    reportsFailures: reportsFailures(properties),
    bisects: properties['BisectBatchOnFunctionError'] === true,
    retries: retries === -1 ? undefined : retries,
    longestAgeMilliseconds: age === -1 ? undefined : age * 1000,
    isWanted: readFilters(properties),
    onFailure,
  };
}

/** Records that satisfy one of the filters (AWS: "Control which events Lambda sends to your function"). */
function readFilters(properties: Properties): StreamMappingSettings['isWanted'] {
  const { Filters: filters } = (properties['FilterCriteria'] ?? {}) as { Filters?: readonly { Pattern?: string }[] };
  if (filters === undefined || filters.length === 0) return undefined;
  if (filters.length > mostFilters)
    throw new NotHonoured('FilterCriteria', `AWS takes ${mostFilters} filters by default`);
  const compiled = filters.map(({ Pattern: text = '' }) => {
    if (text.length > longestPattern)
      throw new NotHonoured('FilterCriteria', `AWS takes patterns of ${longestPattern} characters`);
    try {
      return compilePattern(JSON.parse(text)).matches;
    } catch (error) {
      throw new NotHonoured('FilterCriteria', `the pattern ${text}: ${(error as Error).message}`);
    }
  });
  return (event) => compiled.some((matches) => matches(event));
}

function readBatching(properties: Properties, usual: number): { batchSize: number; window: number } {
  const batchSize = Number(properties['BatchSize'] ?? usual);
  const window = Number(properties['MaximumBatchingWindowInSeconds'] ?? 0);
  if (batchSize < 1 || batchSize > 10_000) throw new NotHonoured('BatchSize', 'AWS takes 1 to 10000');
  if (window < 0 || window > 300) throw new NotHonoured('MaximumBatchingWindowInSeconds', 'AWS takes 0 to 300');
  return { batchSize, window };
}

const reportsFailures = (properties: Properties): boolean =>
  ((properties['FunctionResponseTypes'] ?? []) as string[]).includes('ReportBatchItemFailures');

function refuseOthers(properties: Properties, others: readonly string[], source: string): void {
  const other = others.find((name) => properties[name] !== undefined);
  if (other !== undefined) throw new NotHonoured(other, `an event source mapping of ${source} has none`);
}

function demand(iam: AccessPort, roleArn: string, action: string, resource: string): void {
  if (!iam.isAllowed(roleArn, action, resource))
    throw new NotHonoured('FunctionName', `the function's role may not call ${action} on ${resource}`);
}
