import type { CloudContext } from '../context.ts';
import type { StreamPort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsRequest, type AwsService, jsonError } from '../service.ts';
import { type Body, createOperations, type Operation } from './operations.ts';
import { type StreamViewType, streamViewTypes } from './streams.ts';
import { tableFromRequest } from './tableDefinition.ts';
import { openTables, type Tables } from './tables.ts';

/** AWS deletes expired items within days; a development machine can be prompter. */
const ttlSweepMilliseconds = 5_000;

/** DynamoDB on the state store. See docs/decisions/own-dynamodb.md for why it isn't a library. */
export function createDynamoDb(context: CloudContext): {
  service: AwsService;
  providers: ResourceProvider[];
  streams: StreamPort;
  close(): void;
} {
  const tables = openTables(context);
  const operations = createOperations(context, tables);
  const operationOf = (request: AwsRequest): Operation => {
    const operation = operations.get(request.operation ?? '');
    if (!operation)
      throw new AwsError(
        'UnknownOperationException',
        `dynamodb: ${request.operation ?? request.path} is not honoured by the local cloud.`,
      );
    return operation;
  };
  // A request's body is read for its permissions and again to run it; parsed once.
  const bodies = new WeakMap<Buffer, Body>();
  const bodyOf = (request: AwsRequest): Body => {
    let body = bodies.get(request.body);
    if (!body) {
      body = JSON.parse(request.body.toString()) as Body;
      bodies.set(request.body, body);
    }
    return body;
  };
  const sweep = setInterval(() => {
    sweepExpired(tables);
    tables.trimStreams();
  }, ttlSweepMilliseconds);
  sweep.unref();
  return {
    service: {
      signingNames: ['dynamodb'],
      permissions: (request) => operationOf(request).permissions(bodyOf(request)),
      handle(request) {
        const answer = operationOf(request).run(bodyOf(request));
        return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(answer) };
      },
      error: dynamoError,
    },
    providers: [tableProvider(tables)],
    streams: tables.streams,
    close: () => clearInterval(sweep),
  };
}

function dynamoError(error: AwsError) {
  const namespace = ['ValidationException', 'AccessDeniedException', 'UnrecognizedClientException'].includes(error.code)
    ? 'com.amazon.coral.validate'
    : 'com.amazonaws.dynamodb.v20120810';
  return jsonError(new AwsError(`${namespace}#${error.code}`, error.message, error.status, error.fields));
}

/** Deletes what has expired; until then it may be read, as in AWS (AWS: "Using time to live (TTL) in DynamoDB"). */
export function sweepExpired(tables: Tables, now = Math.floor(Date.now() / 1000)): void {
  for (const name of tables.list()) {
    const table = tables.get(name);
    if (table.definition.ttlAttribute === undefined) continue;
    for (let expired = table.expired(now); expired.length > 0; expired = table.expired(now))
      for (const { key, item } of expired) table.set(key, item, undefined, 'expiry');
  }
}

function tableProvider(tables: Tables): ResourceProvider {
  const schema = (prefix: string) => [
    `${prefix}.IndexName`,
    `${prefix}.KeySchema.*.AttributeName`,
    `${prefix}.KeySchema.*.KeyType`,
    `${prefix}.Projection.ProjectionType`,
    `${prefix}.Projection.NonKeyAttributes`,
  ];
  return {
    type: 'AWS::DynamoDB::Table',
    honoured: [
      'TableName',
      'AttributeDefinitions.*.AttributeName',
      'AttributeDefinitions.*.AttributeType',
      'KeySchema.*.AttributeName',
      'KeySchema.*.KeyType',
      ...schema('GlobalSecondaryIndexes.*'),
      ...schema('LocalSecondaryIndexes.*'),
      'TimeToLiveSpecification.AttributeName',
      'TimeToLiveSpecification.Enabled',
      'DeletionProtectionEnabled',
      'BillingMode',
      'StreamSpecification.StreamViewType',
    ],
    noEffect: {
      PointInTimeRecoverySpecification: 'a development machine has no earlier state to recover',
      SSESpecification: 'state on this machine is as safe as its disk',
      Tags: 'nothing reads them',
      'ContributorInsightsSpecification.Enabled': 'there is no CloudWatch',
    },
    provision({ properties, generatedName }) {
      if (properties['BillingMode'] !== 'PAY_PER_REQUEST')
        throw new NotHonoured(
          'BillingMode',
          'only PAY_PER_REQUEST is honoured: nothing throttles provisioned capacity here',
        );
      const { StreamViewType: view } = (properties['StreamSpecification'] ?? {}) as { StreamViewType?: string };
      if (view !== undefined && !streamViewTypes.includes(view as StreamViewType))
        throw new NotHonoured('StreamSpecification.StreamViewType', `AWS takes ${streamViewTypes.join(', ')}`);
      const name = String(properties['TableName'] ?? generatedName);
      const table = tables.put(tableFromRequest({ ...properties, TableName: name }));
      return {
        ref: name,
        attributes: { Arn: table.arn, ...(table.streamArn !== undefined && { StreamArn: table.streamArn }) },
      };
    },
  };
}
