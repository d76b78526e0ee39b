import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DescribeThingCommand } from '@aws-sdk/client-iot';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Device } from '../model/device.ts';
import type { Event } from '../model/event.ts';
import { applicationId } from '../model/identifiers.ts';
import type { Sends } from '../platform/clients.ts';
import { conflict } from '../platform/http/problem.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import { changesBetween } from '../platform/records/audit.ts';
import type { changeTogether, Write } from '../platform/records/change.ts';
import { itemUpdate } from '../platform/records/deviceChanges.ts';
import { eventWrite } from '../platform/records/events.ts';
import { deviceItem, deviceKey, parseDevice } from '../platform/records/registry.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import { type Announcement, announcement, completionOf, deviceOf } from './announcement.ts';
import { type DeviceMessage, deviceMessage, eachByItself, readPayload } from './deviceMessage.ts';

/** Where devices belong that nobody assigned. */
const defaultApplication = 'default';

interface AnnounceDependencies {
  readonly db: Sends;
  readonly iot: Sends;
  readonly sqs: Sends;
  readonly devicesTable: string;
  readonly eventsTable: string;
  readonly deadLetterQueueUrl: string;
  readonly change: ReturnType<typeof changeTogether>;
}

/** Completes the registry by what devices say of themselves; what can't be understood goes to the dead letters with the reason. */
export const announceBatch =
  (dependencies: AnnounceDependencies): BatchHandler =>
  async (records) => ({
    failed: await eachByItself(
      records,
      async ({ body }) => announce(dependencies)(deviceMessage.parse(JSON.parse(body))),
      ({ messageId }, error) => logger.error('announcement failed; SQS will deliver it again', { messageId, error }),
    ),
  });

const announce = (dependencies: AnnounceDependencies) => async (message: DeviceMessage) => {
  const { db, devicesTable } = dependencies;
  const { Item } = await db.send(
    new GetCommand({ TableName: devicesTable, Key: deviceKey(message.deviceId), ConsistentRead: true }),
  );
  const known = parseDevice(Item);
  const read = readPayload(message, announcement);
  if ('problem' in read) return refuse(dependencies, message, known, read.problem);
  if (known === undefined) return create(dependencies, message, read.value);
  return complete(dependencies, message, known, read.value);
};

async function create(dependencies: AnnounceDependencies, message: DeviceMessage, said: Announcement) {
  const at = new Date(message.receivedAt).toISOString();
  const created = deviceOf(
    { deviceId: message.deviceId, applicationId: await applicationOf(dependencies, message.deviceId) },
    said,
    at,
  );
  const put: Write = {
    item: {
      Put: {
        TableName: dependencies.devicesTable,
        Item: deviceItem(created),
        ConditionExpression: 'attribute_not_exists(deviceId)',
      },
    },
    // Delivered again, it is completed instead.
    refusal: () => conflict('the device was registered at the same time'),
  };
  await write(dependencies, message, said, put, created, changesBetween(undefined, created));
}

async function complete(dependencies: AnnounceDependencies, message: DeviceMessage, known: Device, said: Announcement) {
  const completion = completionOf(known, said);
  if (Object.keys(completion).length === 0) return remember(dependencies, message, said);
  const next: Device = {
    ...known,
    ...completion,
    version: known.version + 1,
    updatedAt: new Date(message.receivedAt).toISOString(),
  };
  const update: Write = {
    item: {
      Update: itemUpdate(dependencies.devicesTable, deviceKey(known.deviceId), deviceItem(known), deviceItem(next)),
    },
    refusal: () => conflict('the device was changed at the same time'),
  };
  await write(dependencies, message, said, update, next, changesBetween(known, next));
}

/** The record, the event and the audit entry together; not at all when a later announcement has been taken. */
async function write(
  { devicesTable, eventsTable, change }: AnnounceDependencies,
  message: DeviceMessage,
  said: Announcement,
  record: Write,
  { deviceId, applicationId: application }: Device,
  changes: ReturnType<typeof changesBetween>,
) {
  const subject = { applicationId: application, actor: `device:${deviceId}`, entity: `device:${deviceId}` };
  const late = conflict('a later announcement was taken before');
  const announced = eventWrite(eventsTable, {
    ...subject,
    ...identityOf(message),
    type: 'device.announced',
    data: JSON.parse(JSON.stringify(said)),
  });
  try {
    await change(
      [
        { item: { Put: lastAnnouncement(devicesTable, message, said) }, refusal: () => late },
        record,
        { item: announced, refusal: () => late },
      ],
      [{ ...subject, operation: 'announceDevice', changes }],
    );
    metrics.addMetric('DevicesAnnounced', MetricUnit.Count, 1);
  } catch (error) {
    if (error !== late) throw error;
    logger.info('announcement is late or was taken before', { deviceId, traceId: message.traceId });
  }
}

/** The last announcement as it came: the item by which one that comes late is known. It says nothing that an index is made of. */
const lastAnnouncement = (TableName: string, { deviceId, receivedAt }: DeviceMessage, said: Announcement) => ({
  TableName,
  Item: { deviceId, item: 'announcement', said, receivedAt },
  ConditionExpression: 'attribute_not_exists(receivedAt) OR receivedAt < :at',
  ExpressionAttributeValues: { ':at': receivedAt },
});

/** The same as before: only its time is kept, so that what was sent earlier stays late. */
async function remember({ db, devicesTable }: AnnounceDependencies, message: DeviceMessage, said: Announcement) {
  await unlessThere(db.send(new PutCommand(lastAnnouncement(devicesTable, message, said))));
}

async function refuse(
  { db, sqs, eventsTable, deadLetterQueueUrl }: AnnounceDependencies,
  message: DeviceMessage,
  known: Device | undefined,
  reason: string,
) {
  const { deviceId, traceId } = message;
  logger.warn('announcement refused', { deviceId, traceId, reason });
  const refused = eventWrite(eventsTable, {
    ...identityOf(message),
    applicationId: known?.applicationId ?? defaultApplication,
    actor: `device:${deviceId}`,
    entity: `device:${deviceId}`,
    type: 'device.announcement-refused',
    data: { reason },
  });
  await unlessThere(db.send(new PutCommand(refused.Put)));
  const letter = { reason, message };
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody(letter) }));
}

/** The same at every delivery of a message. */
const identityOf = ({ receivedAt, traceId }: DeviceMessage): Pick<Event, 'eventId' | 'at'> => ({
  eventId: deterministicUlid(receivedAt, `announcement ${traceId}`),
  at: new Date(receivedAt).toISOString(),
});

async function unlessThere(writing: Promise<unknown>): Promise<void> {
  await writing.catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}

/** The application that the thing was provisioned for. */
async function applicationOf({ iot }: AnnounceDependencies, thingName: string): Promise<string> {
  const { attributes } = await iot.send(new DescribeThingCommand({ thingName })).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return {};
    throw error;
  });
  return applicationId.safeParse(attributes?.['applicationId']).data ?? defaultApplication;
}
