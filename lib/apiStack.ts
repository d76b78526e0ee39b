import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnStage, CorsHttpMethod, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { devicesApiEnv } from '../functions/devices/env.ts';
import { deviceOperations } from '../functions/devices/operations.ts';
import { healthEnv } from '../functions/health/env.ts';
import { healthOperations } from '../functions/health/operations.ts';
import { messagesApiEnv } from '../functions/messages/env.ts';
import { messageOperations } from '../functions/messages/operations.ts';
import { type Configuration, telemetryNames } from './config.ts';
import { accessLogFormat } from './constructs/accessLog.ts';
import { ApiFeature } from './constructs/apiFeature.ts';
import type { DataStack } from './dataStack.ts';
import type { IdentityStack } from './identityStack.ts';

export interface ApiStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: DataStack;
  readonly identity: Pick<IdentityStack, 'users' | 'client'>;
  readonly telemetryQueue: Queue;
  readonly liveQueue: Queue;
}

/** What people and their programs ask: a function for each feature, a route for each operation that it declares. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { configuration, data, identity } = props;
    const api = new HttpApi(this, 'Http', {
      apiName: `fieldline-${configuration.stage}`,
      description: 'The HTTP API of Fieldline',
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: configuration.origins,
        allowMethods: [
          CorsHttpMethod.GET,
          CorsHttpMethod.POST,
          CorsHttpMethod.PUT,
          CorsHttpMethod.PATCH,
          CorsHttpMethod.DELETE,
        ],
        allowHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', 'idempotency-key'],
        exposeHeaders: ['etag', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    });
    const authorizer = new HttpUserPoolAuthorizer('People', identity.users, { userPoolClients: [identity.client] });
    const common = { configuration, api, authorizer, data };

    new ApiFeature(this, 'Devices', {
      ...common,
      entry: 'devices/api',
      description: 'The registry of devices',
      operations: deviceOperations,
      env: devicesApiEnv,
      environment: {},
      statements: [
        allow(['dynamodb:PutItem'], data.devices.tableArn),
        allow(['dynamodb:Query'], `${data.devices.tableArn}/index/byApplication`),
      ],
    });
    new ApiFeature(this, 'Messages', {
      ...common,
      entry: 'messages/api',
      description: 'What became of messages',
      operations: messageOperations,
      env: messagesApiEnv,
      environment: { MESSAGES_TABLE: data.messages.tableName },
      statements: [allow(['dynamodb:Query'], `${data.messages.tableArn}/index/byDevice`)],
    });
    this.#health(common, props);

    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 500, burstLimit: 1000 },
    });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: configuration.retention.logDays,
      removalPolicy: configuration.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    (stage.node.defaultChild as CfnStage).accessLogSettings = {
      destinationArn: logs.logGroupArn,
      format: accessLogFormat,
    };

    new CfnOutput(this, 'HttpUrl', { value: api.apiEndpoint });
  }

  #health(
    common: { configuration: Configuration; api: HttpApi; authorizer: HttpUserPoolAuthorizer; data: DataStack },
    { configuration, data, telemetryQueue, liveQueue }: ApiStackProps,
  ): void {
    const telemetry = telemetryNames(configuration);
    new ApiFeature(this, 'Health', {
      ...common,
      entry: 'health/api',
      description: 'Asks every part that the flows rest on',
      operations: healthOperations,
      env: healthEnv,
      environment: {
        RAW_BUCKET: data.raw.bucketName,
        TELEMETRY_QUEUE_URL: telemetryQueue.queueUrl,
        LIVE_QUEUE_URL: liveQueue.queueUrl,
        TELEMETRY_DATABASE: telemetry.database,
        TELEMETRY_TABLE: telemetry.table,
      },
      statements: [
        allow(['dynamodb:DescribeTable'], data.devices.tableArn),
        allow(['s3:ListBucket'], data.raw.bucketArn),
        allow(['sqs:GetQueueAttributes'], telemetryQueue.queueArn, liveQueue.queueArn),
        allow(
          ['timestream:DescribeTable'],
          this.formatArn({
            service: 'timestream',
            resource: 'database',
            resourceName: `${telemetry.database}/table/${telemetry.table}`,
          }),
        ),
        // Endpoint discovery takes no resource.
        allow(['timestream:DescribeEndpoints'], '*'),
      ],
    });
  }
}

const allow = (actions: string[], ...resources: string[]) => new PolicyStatement({ actions, resources });
