import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnStage, WebSocketApi, type WebSocketRouteOptions, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ProjectionType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { channelIndex } from '../functions/live/connections.ts';
import { authorizeEnv, connectionEnv, pushEnv, type pushingEnv } from '../functions/live/env.ts';
import { holderAttributeNames } from '../functions/live/holder.ts';
import { memberIndex } from '../functions/platform/records/directory.ts';
import type { Configuration } from './config.ts';
import { accessLogFormat } from './constructs/accessLog.ts';
import { consume } from './constructs/consume.ts';
import { NodeFunction } from './constructs/nodeFunction.ts';
import { alarmWhenNotEmpty, createQueue } from './constructs/queues.ts';
import { allow } from './constructs/statement.ts';
import { createTable, text } from './constructs/tables.ts';
import type { DataStack } from './dataStack.ts';

const stageName = 'live';
const pushTimeout = Duration.seconds(20);
/** Latency first, whatever the profile. */
const pushBatching = { batchSize: 10, windowSeconds: 0 };
/**
 * A whole fleet may come back at once, and each change asks who watches its device: that leaves room for the telemetry of all others. A
 * message holds the changes of a batch already.
 */
const presenceBatching = { batchSize: 1, windowSeconds: 0 };
const presenceConcurrency = 2;

export interface LiveStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: Pick<DataStack, 'directory' | 'devices' | 'rooms' | 'ephemeral'>;
}

/** What people see live: the WebSocket API, its connections, and the queues of what is pushed to them. */
export class LiveStack extends Stack {
  readonly queue: Queue;
  /** Of who is online and who is not. */
  readonly presenceQueue: Queue;
  readonly webSocketUrl: string;
  /** What a function is given that pushes. */
  readonly pushEnvironment: Readonly<Record<keyof typeof pushingEnv, string>>;
  /** To post to any connection, and to end it: its id comes last, and is anybody's. */
  readonly connectionsArns: readonly string[];
  readonly api: WebSocketApi;
  readonly #props: LiveStackProps;
  readonly #connections: Table;

  constructor(scope: Construct, id: string, props: LiveStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    this.#props = props;
    this.#connections = this.#createConnections(configuration);
    const connections = this.#connections;
    const deadLetters = createQueue(this, 'LiveDlq', { configuration });
    alarmWhenNotEmpty(
      this,
      'LiveDlqNotEmpty',
      deadLetters,
      'Live updates could not be pushed. They are stored all the same.',
    );
    const createPushQueue = (name: string) =>
      createQueue(this, name, {
        configuration,
        consumer: { timeout: pushTimeout, windowSeconds: pushBatching.windowSeconds },
        deadLetters: { queue: deadLetters, after: 3 },
      });
    this.queue = createPushQueue('LiveQueue');
    this.presenceQueue = createPushQueue('LivePresence');

    const { function: connection } = new NodeFunction(this, 'Connection', {
      configuration,
      entry: 'live/connection',
      description: 'Connects, subscribes and disconnects WebSocket clients',
      env: connectionEnv,
      environment: {
        CONNECTIONS_TABLE: connections.tableName,
        DIRECTORY_TABLE: data.directory.tableName,
        DEVICES_TABLE: data.devices.tableName,
        ROOMS_TABLE: data.rooms.tableName,
      },
    });
    // Not by grant(), which adds every index: it asks the table only.
    connection.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:Query'],
        resources: [connections.tableArn],
      }),
    );
    // Whose a channel is.
    connection.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem'],
        resources: [data.devices.tableArn, data.rooms.tableArn],
      }),
    );

    const { function: authorize } = new NodeFunction(this, 'Authorize', {
      configuration,
      entry: 'live/authorize',
      description: 'Lets a connection in for a ticket, or for a signature of an API key',
      env: authorizeEnv,
      environment: { DIRECTORY_TABLE: data.directory.tableName, EPHEMERAL_TABLE: data.ephemeral.tableName },
    });
    authorize.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DeleteItem', 'dynamodb:PutItem'],
        resources: [data.ephemeral.tableArn],
      }),
    );
    authorize.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [data.directory.tableArn],
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
        authorizer: new WebSocketLambdaAuthorizer('Ticket', authorize, {
          // A person has a ticket, a device a signature: none is in every request.
          identitySource: [],
        }),
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

    this.connectionsArns = ['POST', 'DELETE'].map((method) =>
      this.formatArn({
        service: 'execute-api',
        resource: api.apiId,
        resourceName: `${stageName}/${method}/@connections/*`,
      }),
    );
    this.webSocketUrl = `${api.apiEndpoint}/${stageName}`;
    this.pushEnvironment = {
      CONNECTIONS_TABLE: connections.tableName,
      DIRECTORY_TABLE: data.directory.tableName,
      WEBSOCKET_URL: this.webSocketUrl,
    };
    const { function: push } = new NodeFunction(this, 'Push', {
      configuration,
      entry: 'live/push',
      description: 'Pushes updates to the connections that subscribed',
      env: pushEnv,
      environment: this.pushEnvironment,
      timeout: pushTimeout,
      memorySize: 1024,
    });
    for (const statement of this.pushing()) push.addToRolePolicy(statement);
    for (const statement of this.#readingStanding()) connection.addToRolePolicy(statement);
    consume(push, this.queue, pushBatching);
    consume(push, this.presenceQueue, presenceBatching, presenceConcurrency);

    new CfnOutput(this, 'WebSocketUrl', { value: this.webSocketUrl });
    new CfnOutput(this, 'ConnectionsTableName', { value: connections.tableName });
  }

  /** To post to those who subscribed, and to end and forget connections. */
  pushing(): PolicyStatement[] {
    const { tableArn } = this.#connections;
    return [
      allow(['dynamodb:Query'], tableArn, `${tableArn}/index/${channelIndex}`),
      allow(['dynamodb:BatchWriteItem'], tableArn),
      allow(['execute-api:ManageConnections'], ...this.connectionsArns),
      ...this.#readingStanding(),
    ];
  }

  /** Who may do what, which subscribing asks for and every push again. */
  #readingStanding(): PolicyStatement[] {
    const { tableArn } = this.#props.data.directory;
    return [allow(['dynamodb:GetItem'], tableArn), allow(['dynamodb:Query'], `${tableArn}/index/${memberIndex.name}`)];
  }

  /** Connections are worth nothing after a day, so no stage retains them. */
  #createConnections(configuration: Configuration): Table {
    const table = createTable(this, 'Connections', {
      configuration,
      keys: [text('connectionId'), text('channel')],
      timeToLiveAttribute: 'expiresAt',
      shortLived: true,
    });
    table.addGlobalSecondaryIndex({
      indexName: channelIndex,
      partitionKey: text('channel'),
      sortKey: text('connectionId'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...holderAttributeNames],
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
