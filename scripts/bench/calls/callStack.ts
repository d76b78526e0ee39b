import { join } from 'node:path';
import {
  CfnOutput,
  Duration,
  aws_dynamodb as dynamodb,
  aws_lambda as lambda,
  RemovalPolicy,
  Stack,
  aws_s3 as s3,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A function that calls a table, a queue and a bucket, to measure what a call costs. */
export class CallStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const queue = new sqs.Queue(this, 'Queue');
    const bucket = new s3.Bucket(this, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
    const caller = new lambda.Function(this, 'Caller', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(join(import.meta.dirname, 'function')),
      environment: { TABLE_NAME: table.tableName, QUEUE_URL: queue.queueUrl, BUCKET: bucket.bucketName },
      memorySize: 512,
      timeout: Duration.minutes(15),
    });
    table.grant(caller, 'dynamodb:PutItem', 'dynamodb:GetItem');
    queue.grant(caller, 'sqs:SendMessage');
    bucket.grantReadWrite(caller);
    new CfnOutput(this, 'CallerName', { value: caller.functionName });
  }
}
