import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const { TABLE_NAME: TableName, BUCKET: Bucket, QUEUE_URL: QueueUrl } = process.env;

const Item = { id: { S: 'reading' }, celsius: { N: '21.5' }, unit: { S: 'Cel' }, note: { S: 'x'.repeat(200) } };
const object = { Bucket, Key: 'readings/1.json' };

/** The calls, by clients of one endpoint. @param endpoint undefined: the local cloud's, which is in the environment */
function callsTo(endpoint, text) {
  const place = endpoint === undefined ? {} : { endpoint };
  const db = new DynamoDBClient(place);
  const sqs = new SQSClient(place);
  const s3 = new S3Client({ ...place, forcePathStyle: true });
  return {
    'DynamoDB PutItem': () => db.send(new PutItemCommand({ TableName, Item })),
    'DynamoDB GetItem': () => db.send(new GetItemCommand({ TableName, Key: { id: { S: 'reading' } } })),
    'SQS SendMessage': () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text })),
    'S3 PutObject': () => s3.send(new PutObjectCommand({ ...object, Body: text })),
    'S3 GetObject': async () => (await s3.send(new GetObjectCommand(object))).Body.transformToString(),
  };
}

async function time(call) {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

/**
 * Milliseconds of each call to the local cloud and of the same one to a server that does nothing, in turns.
 * @param bareUrl answers whatever comes with what every SDK accepts
 * @param text what is sent and stored
 */
export async function handler({ bareUrl, text, warmUp, count }) {
  const [cloud, nothing] = [callsTo(undefined, text), callsTo(bareUrl, text)];
  const measured = {};
  for (const name of Object.keys(cloud)) {
    const [here, there] = [[], []];
    for (let done = 0; done < warmUp + count; done += 1) {
      const durations = [await time(cloud[name]), await time(nothing[name])];
      if (done < warmUp) continue;
      here.push(durations[0]);
      there.push(durations[1]);
    }
    measured[name] = { cloud: here, nothing: there };
  }
  return measured;
}
