import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnStage, WebSocketApi, type WebSocketRouteOptions, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { connectionEnv, pushEnv } from '../functions/live/env.ts';
import type { Configuration } from './config.ts';
import { accessLogFormat } from './constructs/accessLog.ts';
import { consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';

const stageName = 'live';
const pushTimeout = Duration.seconds(20);
/** Latency first, whatever the profile. */
const pushBatching = { batchSize: 10, windowSeconds: 0 };

/** What people see live: the WebSocket API, its connections, and the queue of updates. */
export class LiveStack extends Stack {
  readonly queue: Queue;
  readonly api: WebSocketApi;
  /** To post to any connection: its id comes last, and is anybody's. */
  readonly connectionsArn: string;

  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { configuration } = props;
    const connections = this.#connections();
    const deadLetters = createQueue(this, 'LiveDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'LiveDlqNotEmpty',
      deadLetters,
      'Live updates could not be pushed. They are stored all the same.',
    );
    this.queue = createQueue(this, 'LiveQueue', {
      configuration,
      consumer: { timeout: pushTimeout, windowSeconds: pushBatching.windowSeconds },
      deadLetters: { queue: deadLetters, after: 3 },
    });

    const { function: connection } = new NodeFunction(this, 'Connection', {
      configuration,
      entry: 'live/connection',
      description: 'Connects, subscribes and disconnects WebSocket clients',
      env: connectionEnv,
      environment: { CONNECTIONS_TABLE: connections.tableName },
    });
    // Not by grant(), which adds every index: it asks the table only.
    connection.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query'],
        resources: [connections.tableArn],
      }),
    );

    const route = (): WebSocketRouteOptions => ({
      integration: new WebSocketLambdaIntegration('ConnectionIntegration', connection),
      returnResponse: true,
    });
    this.api = new WebSocketApi(this, 'Api', {
      apiName: `fieldline-${configuration.stage}-live`,
      description: 'Live updates of devices',
      routeSelectionExpression: '$request.body.action',
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration('ConnectIntegration', connection),
        authorizer: new WebSocketIamAuthorizer(),
      },
      disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('DisconnectIntegration', connection) },
      defaultRouteOptions: route(),
    });
    const { api } = this;
    api.addRoute('subscribe', route());
    api.addRoute('unsubscribe', route());
    const stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: 1000, burstLimit: 2000 },
    });
    this.#logAccess(stage, configuration);

    this.connectionsArn = this.formatArn({
      service: 'execute-api',
      resource: api.apiId,
      resourceName: `${stageName}/POST/@connections/*`,
    });
    const webSocketUrl = `${api.apiEndpoint}/${stageName}`;
    const { function: push } = new NodeFunction(this, 'Push', {
      configuration,
      entry: 'live/push',
      description: 'Pushes updates to the connections that subscribed',
      env: pushEnv,
      environment: { CONNECTIONS_TABLE: connections.tableName, WEBSOCKET_URL: webSocketUrl },
      timeout: pushTimeout,
      memorySize: 1024,
    });
    push.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [connections.tableArn, `${connections.tableArn}/index/byChannel`],
      }),
    );
    push.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:BatchWriteItem'], resources: [connections.tableArn] }),
    );
    push.addToRolePolicy(
      new PolicyStatement({
        actions: ['execute-api:ManageConnections'],
        resources: [this.connectionsArn],
      }),
    );
    consume(push, this.queue, pushBatching);

    new CfnOutput(this, 'WebSocketUrl', { value: webSocketUrl });
    new CfnOutput(this, 'ConnectionsTableName', { value: connections.tableName });
  }

  /** Connections are worth nothing after a day, so no stage retains them. */
  #connections(): Table {
    const table = new Table(this, 'Connections', {
      partitionKey: { name: 'connectionId', type: AttributeType.STRING },
      sortKey: { name: 'channel', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'byChannel',
      partitionKey: { name: 'channel', type: AttributeType.STRING },
      sortKey: { name: 'connectionId', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  #logAccess(stage: WebSocketStage, { retention, disposable }: Configuration): void {
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: retention.logDays,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    (stage.node.defaultChild as CfnStage).accessLogSettings = {
      destinationArn: logs.logGroupArn,
      format: accessLogFormat,
    };
  }
}
