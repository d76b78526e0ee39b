import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnStage, CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { readDevicesEnv } from '../functions/devices/env.ts';
import { healthEnv } from '../functions/health/env.ts';
import { type Configuration, telemetryNames } from './config.ts';
import { accessLogFormat } from './constructs/accessLog.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import type { DataStack } from './dataStack.ts';

export interface ApiStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'devices' | 'messages' | 'raw'>;
  readonly telemetryQueue: Queue;
  readonly liveQueue: Queue;
}

/** What people ask: devices, messages, health. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    const { configuration } = props;
    const api = new HttpApi(this, 'Http', {
      apiName: `fieldline-${configuration.stage}`,
      description: 'Devices, messages and health',
      createDefaultStage: false,
      // Signed by IAM until people sign in: docs/decisions/api-access-by-iam-first.md
      defaultAuthorizer: new HttpIamAuthorizer(),
      corsPreflight: {
        allowOrigins: configuration.origins,
        allowMethods: [CorsHttpMethod.GET],
        allowHeaders: ['authorization', 'content-type', 'if-none-match', 'x-amz-date', 'x-amz-security-token'],
        exposeHeaders: ['etag'],
        maxAge: Duration.hours(1),
      },
    });
    const read = new HttpLambdaIntegration('ReadIntegration', this.#read(props));
    for (const path of [
      '/api/devices',
      '/api/devices/{deviceId}',
      '/api/devices/{deviceId}/messages',
      '/api/messages/{deviceId}/{messageId}',
    ]) {
      api.addRoutes({ path, methods: [HttpMethod.GET], integration: read });
    }
    api.addRoutes({
      path: '/api/health',
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration('HealthIntegration', this.#health(props)),
    });

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

  #read({ configuration, data }: ApiStackProps): IFunction {
    const { function: read } = new NodeFunction(this, 'ReadDevices', {
      configuration,
      entry: 'devices/read',
      description: 'Answers for devices and their messages',
      env: readDevicesEnv,
      environment: { DEVICES_TABLE: data.devices.tableName, MESSAGES_TABLE: data.messages.tableName },
    });
    read.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [
          `${data.devices.tableArn}/index/byApplication`,
          data.messages.tableArn,
          `${data.messages.tableArn}/index/byDevice`,
        ],
      }),
    );
    read.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [data.devices.tableArn] }));
    return read;
  }

  #health({ configuration, data, telemetryQueue, liveQueue }: ApiStackProps): IFunction {
    const telemetry = telemetryNames(configuration);
    const { function: health } = new NodeFunction(this, 'Health', {
      configuration,
      entry: 'health/health',
      description: 'Asks every part that the flows rest on',
      env: healthEnv,
      environment: {
        DEVICES_TABLE: data.devices.tableName,
        RAW_BUCKET: data.raw.bucketName,
        TELEMETRY_QUEUE_URL: telemetryQueue.queueUrl,
        LIVE_QUEUE_URL: liveQueue.queueUrl,
        TELEMETRY_DATABASE: telemetry.database,
        TELEMETRY_TABLE: telemetry.table,
      },
    });
    health.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:DescribeTable'], resources: [data.devices.tableArn] }),
    );
    health.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [data.raw.bucketArn] }));
    health.addToRolePolicy(
      new PolicyStatement({
        actions: ['sqs:GetQueueAttributes'],
        resources: [telemetryQueue.queueArn, liveQueue.queueArn],
      }),
    );
    health.addToRolePolicy(
      new PolicyStatement({
        actions: ['timestream:DescribeTable'],
        resources: [
          this.formatArn({
            service: 'timestream',
            resource: 'database',
            resourceName: `${telemetry.database}/table/${telemetry.table}`,
          }),
        ],
      }),
    );
    // Endpoint discovery takes no resource.
    health.addToRolePolicy(new PolicyStatement({ actions: ['timestream:DescribeEndpoints'], resources: ['*'] }));
    return health;
  }
}
