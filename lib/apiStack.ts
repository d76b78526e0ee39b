import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { type CfnStage, CorsHttpMethod, HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { addApplications } from './api/applications.ts';
import { addCommandGroups } from './api/commandGroups.ts';
import { addCommands } from './api/commands.ts';
import { addDevices } from './api/devices.ts';
import { addDeviceTypes } from './api/deviceTypes.ts';
import { addDocuments } from './api/documents.ts';
import { addHealth } from './api/health.ts';
import { addHistory } from './api/history.ts';
import { addIdentity } from './api/identity.ts';
import { addIngest } from './api/ingest.ts';
import { addJournal } from './api/journal.ts';
import { addLive } from './api/live.ts';
import { addMessages } from './api/messages.ts';
import { addPresence } from './api/presence.ts';
import { addProvisioning } from './api/provisioning.ts';
import { addRooms } from './api/rooms.ts';
import { addTwin } from './api/twin.ts';
import type { CommandGroupsStack } from './commandGroupsStack.ts';
import type { CommandsStack } from './commandsStack.ts';
import type { Configuration } from './config.ts';
import { accessLogFormat } from './constructs/accessLog.ts';
import type { DataStack } from './dataStack.ts';
import type { IdentityStack } from './identityStack.ts';

export interface ApiStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly data: DataStack;
  readonly identity: Pick<IdentityStack, 'users' | 'client'>;
  readonly commands: CommandsStack;
  readonly commandGroups: CommandGroupsStack;
  readonly telemetryQueue: Queue;
  readonly liveQueue: Queue;
  readonly webSocketUrl: string;
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
        exposeHeaders: ['etag', 'link', 'retry-after'],
        maxAge: Duration.hours(1),
      },
    });
    const authorizer = new HttpUserPoolAuthorizer('People', identity.users, { userPoolClients: [identity.client] });
    const common = { configuration, api, authorizer, data };

    addIdentity(this, { ...common, identity });
    addApplications(this, { ...common, identity });
    addDevices(this, { ...common, commands: props.commands });
    addRooms(this, common);
    addDeviceTypes(this, common);
    addJournal(this, common);
    addMessages(this, common);
    addDocuments(this, common);
    addLive(this, { ...common, webSocketUrl: props.webSocketUrl });
    addHistory(this, common);
    addIngest(this, { ...common, telemetryQueue: props.telemetryQueue });
    addProvisioning(this, common);
    addPresence(this, common);
    addCommands(this, { ...common, commands: props.commands });
    addCommandGroups(this, { ...common, commands: props.commands, commandGroups: props.commandGroups });
    addTwin(this, common);
    addHealth(this, { ...common, telemetryQueue: props.telemetryQueue, liveQueue: props.liveQueue });

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
}
