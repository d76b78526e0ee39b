import './silent.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyWebsocketEventV2, Context } from 'aws-lambda';
import { sqsHandler } from '../../../functions/platform/sqsHandler.ts';
import { webSocketHandler } from '../../../functions/platform/webSocketHandler.ts';
import { queued } from '../telemetry/samples.ts';

const context = {} as Context;

describe('a function behind a queue', () => {
  const Records = [queued('a', 'sqs-1'), queued('b', 'sqs-2')];

  test('answers exactly the messages that SQS must deliver again', async () => {
    const handler = sqsHandler(async (records) => ({ failed: records.slice(1) }));
    expect(await handler({ Records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-2' }] });
  });

  test('fails as a whole when it throws: an answer without failures would delete the messages', async () => {
    const handler = sqsHandler(async () => {
      throw new Error('no answer');
    });
    await expect(handler({ Records }, context)).rejects.toThrow('no answer');
  });
});

describe('a function behind the WebSocket API', () => {
  const event = {} as APIGatewayProxyWebsocketEventV2;

  test('answers JSON, or nothing', async () => {
    expect(await webSocketHandler(async () => ({ type: 'subscribed' }))(event, context)).toEqual({
      statusCode: 200,
      body: '{"type":"subscribed"}',
    });
    expect(await webSocketHandler(async () => undefined)(event, context)).toEqual({ statusCode: 200 });
  });

  test('tells of a fault without its reason', async () => {
    const result = await webSocketHandler(async () => {
      throw new Error('arn:secret');
    })(event, context);
    expect(result).toMatchObject({ statusCode: 500, body: expect.stringContaining('"type":"error"') });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
