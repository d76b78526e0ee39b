import { join } from 'node:path';
import {
  App,
  Aws,
  aws_apigatewayv2 as apigateway,
  aws_apigatewayv2_authorizers as authorizers,
  CfnOutput,
  aws_cognito as cognito,
  Fn,
  aws_iam as iam,
  aws_apigatewayv2_integrations as integrations,
  aws_lambda as lambda,
  RemovalPolicy,
  Stack,
  aws_s3 as s3,
  aws_sns as sns,
  aws_sqs as sqs,
  aws_sns_subscriptions as subscriptions,
  aws_timestream as timestream,
} from 'aws-cdk-lib';
import type { EmulatorName } from '../../../lib/emulators/profiles.ts';
import { synthesizeFor } from '../../../lib/emulators/synthesizeFor.ts';

/**
 * What the conformance suite can't make through APIs that every endpoint has. `-c emulator=<profile>` leaves out what an emulator
 * refuses, and `-c timestream=false` Timestream, for accounts that may not use it; the tests of what is left out then say what they
 * need. On AWS: `cdk deploy --app 'node test/conformance/app/app.ts' --outputs-file outputs.json`.
 */
const app = new App();
const stack = new Stack(app, 'Conformance');
const output = (name: string, value: string) => new CfnOutput(stack, name, { value });
const createFunction = (id: string, name: string) =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(join(import.meta.dirname, 'functions', name)),
  });

const echo = createFunction('Echo', 'echo');
const ruleRole = new iam.Role(stack, 'RuleRole', { assumedBy: new iam.ServicePrincipal('iot.amazonaws.com') });
ruleRole.addToPolicy(
  new iam.PolicyStatement({
    actions: ['iot:Publish'],
    resources: [`arn:${Aws.PARTITION}:iot:${Aws.REGION}:${Aws.ACCOUNT_ID}:topic/conformance/*`],
  }),
);
output('EchoFunction', echo.functionName);
output('RuleRoleArn', ruleRole.roleArn);

if (app.node.tryGetContext('timestream') !== 'false') {
  const database = new timestream.CfnDatabase(stack, 'Database');
  const table = new timestream.CfnTable(stack, 'Table', {
    databaseName: database.ref,
    retentionProperties: { MemoryStoreRetentionPeriodInHours: '24', MagneticStoreRetentionPeriodInDays: '7' },
  });
  for (const resource of [database, table]) resource.applyRemovalPolicy(RemovalPolicy.DESTROY);
  output('TimestreamDatabase', database.ref);
  output('TimestreamTable', Fn.select(1, Fn.split('|', table.ref)));

  const runs = new sns.Topic(stack, 'Runs');
  const runsQueue = new sqs.Queue(stack, 'RunsQueue', { removalPolicy: RemovalPolicy.DESTROY });
  runs.addSubscription(new subscriptions.SqsSubscription(runsQueue));
  const reports = new s3.Bucket(stack, 'Reports', { removalPolicy: RemovalPolicy.DESTROY });
  const role = new iam.Role(stack, 'ScheduledQueryRole', {
    assumedBy: new iam.ServicePrincipal('timestream.amazonaws.com'),
  });
  const grants: ReadonlyArray<readonly [action: string, resource: string]> = [
    ['timestream:Select', `${database.attrArn}/table/*`],
    ['timestream:WriteRecords', `${database.attrArn}/table/*`],
    ['timestream:DescribeEndpoints', '*'],
    ['s3:GetBucketAcl', reports.bucketArn],
    ['s3:PutObject', reports.arnForObjects('*')],
    ['sns:Publish', runs.topicArn],
  ];
  for (const [action, resource] of grants)
    role.addToPolicy(new iam.PolicyStatement({ actions: [action], resources: [resource] }));
  output('RunsTopicArn', runs.topicArn);
  output('RunsQueueUrl', runsQueue.queueUrl);
  output('ReportsBucket', reports.bucketName);
  output('ScheduledQueryRoleArn', role.roleArn);
}

function addTopic(): void {
  const topic = new sns.Topic(stack, 'Topic');
  const subscribe = (name: string, filter: sns.SubscriptionProps | object) => {
    const queue = new sqs.Queue(stack, name);
    topic.addSubscription(new subscriptions.SqsSubscription(queue, { rawMessageDelivery: true, ...filter }));
    output(`${name}QueueUrl`, queue.queueUrl);
  };
  const { stringFilter, numericFilter, existsFilter } = sns.SubscriptionFilter;
  subscribe('Alarms', {
    filterPolicy: {
      kind: stringFilter({ allowlist: ['alarm'], matchPrefixes: ['alarm-'] }),
      level: numericFilter({ between: { start: 3, stop: 5 } }),
      silent: sns.SubscriptionFilter.notExistsFilter(),
    },
  });
  subscribe('Rooms', {
    filterPolicyWithMessageBody: {
      room: sns.FilterOrPolicy.policy({
        id: sns.FilterOrPolicy.filter(stringFilter({ denylist: ['attic'] })),
        floor: sns.FilterOrPolicy.filter(existsFilter()),
      }),
    },
  });
  subscribe('Wrapped', { rawMessageDelivery: false });
  output('TopicArn', topic.topicArn);
}

function addUserPool(): void {
  const pool = new cognito.UserPool(stack, 'Pool', {
    selfSignUpEnabled: false,
    passwordPolicy: { minLength: 10, requireDigits: true, requireLowercase: true, requireUppercase: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const client = pool.addClient('Client', { authFlows: { userPassword: true }, preventUserExistenceErrors: true });
  new cognito.CfnUserPoolGroup(stack, 'Operators', { userPoolId: pool.userPoolId, groupName: 'operators' });
  output('UserPoolId', pool.userPoolId);
  output('UserPoolClientId', client.userPoolClientId);
}

function addApis(): void {
  const http = new apigateway.HttpApi(stack, 'Http', {
    corsPreflight: { allowOrigins: ['https://page.example'], allowMethods: [apigateway.CorsHttpMethod.GET] },
  });
  http.addRoutes({
    path: '/echo/{name}',
    methods: [apigateway.HttpMethod.GET],
    integration: new integrations.HttpLambdaIntegration('HttpEcho', echo),
  });
  output('HttpUrl', http.apiEndpoint);

  const socket = createFunction('Socket', 'socket');
  const route = () => ({
    integration: new integrations.WebSocketLambdaIntegration('SocketIntegration', socket),
    returnResponse: true,
  });
  const webSocket = new apigateway.WebSocketApi(stack, 'WebSocket', {
    routeSelectionExpression: '$request.body.action',
    connectRouteOptions: {
      integration: new integrations.WebSocketLambdaIntegration('ConnectIntegration', socket),
      authorizer: new authorizers.WebSocketLambdaAuthorizer('Doorman', createFunction('Door', 'doorman'), {
        identitySource: ['route.request.querystring.token'],
      }),
    },
    defaultRouteOptions: route(),
  });
  webSocket.addRoute('measure', route());
  new apigateway.WebSocketStage(stack, 'WebSocketStage', {
    webSocketApi: webSocket,
    stageName: 'v1',
    autoDeploy: true,
  });
  output('WebSocketUrl', `${webSocket.apiEndpoint}/v1`);
}
addTopic();
addUserPool();
addApis();
const emulator: EmulatorName | undefined = app.node.tryGetContext('emulator');
if (emulator === undefined) app.synth();
else synthesizeFor(app, emulator);
