import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { metricValue } from '../live/protocol.ts';
import type { Sends } from '../platform/clients.ts';
import { type HttpAnswer, Problem } from '../platform/httpHandler.ts';
import { queryPage, readPage } from './paging.ts';

interface Tables {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly messagesTable: string;
}

/** Applications come with people who sign in; until then every device is in this one. */
const applicationId = 'default';

const stateItem = z.object({
  deviceId: z.string(),
  deviceType: z.string().optional(),
  lastSeen: z.number(),
  metrics: z.record(z.string(), z.object({ value: metricValue, time: z.number(), unit: z.string().optional() })),
});

const messageItem = z.object({
  deviceId: z.string(),
  messageId: z.string(),
  disposition: z.string(),
  receivedAt: z.number(),
  eventTime: z.number().optional(),
  points: z.number().optional(),
  reason: z.string().optional(),
});

const passportItem = messageItem.extend({
  traceId: z.string(),
  format: z.string().optional(),
  failureClass: z.string().optional(),
  raw: z.object({ key: z.string(), offset: z.number(), length: z.number() }),
  stages: z.record(z.string(), z.number()),
  attempt: z.number(),
});

const iso = (time: number) => new Date(time).toISOString();

/** GET /api/devices, /api/devices/{deviceId}, /api/devices/{deviceId}/messages and /api/messages/{deviceId}/{messageId}. */
export const readDevices =
  (tables: Tables) =>
  async (event: APIGatewayProxyEventV2): Promise<HttpAnswer> => {
    const { deviceId = '', messageId = '' } = event.pathParameters ?? {};
    switch (event.routeKey) {
      case 'GET /api/devices':
        return listDevices(tables, event);
      case 'GET /api/devices/{deviceId}':
        return showDevice(tables, deviceId);
      case 'GET /api/devices/{deviceId}/messages':
        return listMessages(tables, deviceId, event);
      case 'GET /api/messages/{deviceId}/{messageId}':
        return showMessage(tables, deviceId, messageId, event);
      default:
        throw new Problem(404, 'Not Found', `There is no ${event.routeKey}.`);
    }
  };

async function listDevices({ db, devicesTable }: Tables, event: APIGatewayProxyEventV2): Promise<HttpAnswer> {
  const { items, cursor } = await queryPage(
    db,
    {
      TableName: devicesTable,
      IndexName: 'byApplication',
      KeyConditionExpression: 'applicationId = :application',
      // What the registry says of a device stands in the same table.
      FilterExpression: '#item = :state',
      ExpressionAttributeNames: { '#item': 'item' },
      ExpressionAttributeValues: { ':application': applicationId, ':state': 'state' },
    },
    readPage(event.queryStringParameters),
  );
  return { body: { devices: z.array(stateItem).parse(items).map(toDevice), ...cursor } };
}

async function showDevice({ db, devicesTable }: Tables, deviceId: string): Promise<HttpAnswer> {
  const { Item } = await db.send(new GetCommand({ TableName: devicesTable, Key: { deviceId, item: 'state' } }));
  if (Item === undefined) throw new Problem(404, 'Not Found', `No device '${deviceId}' has sent anything yet.`);
  return { body: toDevice(stateItem.parse(Item)) };
}

function toDevice({ deviceId, deviceType, lastSeen, metrics }: z.infer<typeof stateItem>) {
  const latest = Object.fromEntries(
    Object.entries(metrics).map(([metric, { time, ...rest }]) => [metric, { ...rest, time: iso(time) }]),
  );
  return { deviceId, ...(deviceType !== undefined && { deviceType }), lastSeen: iso(lastSeen), latest };
}

async function listMessages(
  { db, messagesTable }: Tables,
  deviceId: string,
  event: APIGatewayProxyEventV2,
): Promise<HttpAnswer> {
  const { items, cursor } = await queryPage(
    db,
    {
      TableName: messagesTable,
      IndexName: 'byDevice',
      KeyConditionExpression: 'deviceId = :device',
      ExpressionAttributeValues: { ':device': deviceId },
      ScanIndexForward: false,
    },
    readPage(event.queryStringParameters),
  );
  return { body: { messages: z.array(messageItem).parse(items).map(withTimes), ...cursor } };
}

/** All that came under a message id: the stored message, its duplicates, what was refused. */
async function showMessage(
  { db, messagesTable }: Tables,
  deviceId: string,
  messageId: string,
  event: APIGatewayProxyEventV2,
): Promise<HttpAnswer> {
  const page = readPage(event.queryStringParameters);
  const { items, cursor } = await queryPage(
    db,
    {
      TableName: messagesTable,
      KeyConditionExpression: 'messageKey = :key',
      ExpressionAttributeValues: { ':key': `${deviceId}/${messageId}` },
      // The stored message's entry, `message`, comes after `duplicate#…`: backwards it is on the first page.
      ScanIndexForward: false,
    },
    page,
  );
  const entries = z.array(passportItem).parse(items);
  if (entries.length === 0 && page.from === undefined)
    throw new Problem(404, 'Not Found', `There is no record of a message '${messageId}' of '${deviceId}'.`);
  return {
    body: {
      deviceId,
      messageId,
      entries: entries.map((entry) => ({
        ...withTimes(entry),
        stages: Object.fromEntries(Object.entries(entry.stages).map(([stage, time]) => [stage, iso(time)])),
      })),
      ...cursor,
    },
  };
}

function withTimes<Entry extends { readonly receivedAt: number; readonly eventTime?: number | undefined }>(
  entry: Entry,
) {
  const { receivedAt, eventTime, ...rest } = entry;
  return { ...rest, receivedAt: iso(receivedAt), ...(eventTime !== undefined && { eventTime: iso(eventTime) }) };
}
