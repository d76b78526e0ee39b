import { join } from 'node:path';
import {
  App,
  Aws,
  CfnOutput,
  Fn,
  aws_iam as iam,
  aws_lambda as lambda,
  RemovalPolicy,
  Stack,
  aws_s3 as s3,
  aws_sns as sns,
  aws_sqs as sqs,
  aws_sns_subscriptions as subscriptions,
  aws_timestream as timestream,
} from 'aws-cdk-lib';

/**
 * What the conformance suite can't make through APIs that every endpoint has: a function, a role of IoT rules, and (without
 * `-c timestream=false`, for accounts and emulators that have none) a Timestream table, and what scheduled queries need.
 * On AWS: `cdk deploy --app 'node test/conformance/app/app.ts' --outputs-file outputs.json`.
 */
const app = new App();
const stack = new Stack(app, 'Conformance');

const echo = new lambda.Function(stack, 'Echo', {
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromAsset(join(import.meta.dirname, 'functions/echo')),
});
const ruleRole = new iam.Role(stack, 'RuleRole', { assumedBy: new iam.ServicePrincipal('iot.amazonaws.com') });
ruleRole.addToPolicy(
  new iam.PolicyStatement({
    actions: ['iot:Publish'],
    resources: [`arn:${Aws.PARTITION}:iot:${Aws.REGION}:${Aws.ACCOUNT_ID}:topic/conformance/*`],
  }),
);
new CfnOutput(stack, 'EchoFunction', { value: echo.functionName });
new CfnOutput(stack, 'RuleRoleArn', { value: ruleRole.roleArn });

if (app.node.tryGetContext('timestream') !== 'false') {
  const database = new timestream.CfnDatabase(stack, 'Database');
  const table = new timestream.CfnTable(stack, 'Table', {
    databaseName: database.ref,
    retentionProperties: { MemoryStoreRetentionPeriodInHours: '24', MagneticStoreRetentionPeriodInDays: '7' },
  });
  for (const resource of [database, table]) resource.applyRemovalPolicy(RemovalPolicy.DESTROY);
  new CfnOutput(stack, 'TimestreamDatabase', { value: database.ref });
  new CfnOutput(stack, 'TimestreamTable', { value: Fn.select(1, Fn.split('|', table.ref)) });

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
  new CfnOutput(stack, 'RunsTopicArn', { value: runs.topicArn });
  new CfnOutput(stack, 'RunsQueueUrl', { value: runsQueue.queueUrl });
  new CfnOutput(stack, 'ReportsBucket', { value: reports.bucketName });
  new CfnOutput(stack, 'ScheduledQueryRoleArn', { value: role.roleArn });
}
app.synth();
