import { Agent, request } from 'node:http';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const { TABLE_NAME: TableName, BUCKET: Bucket, QUEUE_URL: QueueUrl } = process.env;
const db = new DynamoDBClient();
const sqs = new SQSClient();
const s3 = new S3Client({ forcePathStyle: true });
const agent = new Agent({ keepAlive: true });

const Item = { id: { S: 'reading' }, celsius: { N: '21.5' }, unit: { S: 'Cel' }, note: { S: 'x'.repeat(200) } };
const MessageBody = JSON.stringify({ celsius: 21.5, note: 'x'.repeat(200) });
const object = { Bucket, Key: 'readings/1.json' };

const calls = {
  'DynamoDB PutItem': () => db.send(new PutItemCommand({ TableName, Item })),
  'DynamoDB GetItem': () => db.send(new GetItemCommand({ TableName, Key: { id: { S: 'reading' } } })),
  'SQS SendMessage': () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
  'S3 PutObject': () => s3.send(new PutObjectCommand({ ...object, Body: MessageBody })),
  'S3 GetObject': async () => (await s3.send(new GetObjectCommand(object))).Body.transformToString(),
};

/** Posts the same bytes to a server that does nothing. */
const exchange = (url) =>
  new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: 'POST' }, (answer) => answer.on('end', resolve).resume());
    sent.on('error', reject).end(MessageBody);
  });

/** Milliseconds of each of `count` calls, one after the other. */
async function time(call, { warmUp, count }) {
  for (let done = 0; done < warmUp; done += 1) await call();
  const durations = [];
  for (let done = 0; done < count; done += 1) {
    const began = performance.now();
    await call();
    durations.push(performance.now() - began);
  }
  return durations;
}

export async function handler({ bareUrl, ...times }) {
  const measured = { 'bare HTTP': await time(() => exchange(bareUrl), times) };
  for (const [name, call] of Object.entries(calls)) measured[name] = await time(call, times);
  return measured;
}
