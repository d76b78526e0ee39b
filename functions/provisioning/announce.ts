import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DescribeThingCommand } from '@aws-sdk/client-iot';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { defaultApplication } from '../model/application.ts';
import type { Device } from '../model/device.ts';
import type { Event } from '../model/event.ts';
import { applicationId } from '../model/identifiers.ts';
import type { Sends } from '../platform/clients.ts';
import { type DeviceMessage, deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { conflict } from '../platform/http/problem.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { changeTogether, Write } from '../platform/records/change.ts';
import {
  changeDevices,
  nextVersion,
  type RegistryTables,
  readDevice,
  readSurroundings,
  type Surroundings,
  settle,
  untilCurrent,
  without,
} from '../platform/records/deviceChanges.ts';
import { eventWrite } from '../platform/records/events.ts';
import { newDevice } from '../platform/records/newDevice.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import { type Announcement, announcement, completionOf } from './announcement.ts';

interface AnnounceDependencies {
  readonly db: Sends;
  readonly iot: Sends;
  readonly sqs: Sends;
  readonly tables: RegistryTables;
  readonly deadLetterQueueUrl: string;
  readonly change: ReturnType<typeof changeTogether>;
}

/** Completes the registry by what devices say of themselves; what can't be understood goes to the dead letters with the reason. */
export const announceBatch =
  (dependencies: AnnounceDependencies): BatchHandler =>
  async (records) => ({
    failed: await eachByItself(
      records,
      async ({ body }) => {
        const message = deviceMessage.parse(JSON.parse(body));
        // Its first reading, which makes it active, comes at the same moment as a rule.
        await untilCurrent(() => announce(dependencies, message));
      },
      ({ messageId }, error) => logger.error('announcement failed; SQS will deliver it again', { messageId, error }),
    ),
  });

async function announce(dependencies: AnnounceDependencies, message: DeviceMessage): Promise<void> {
  const before = await readDevice(dependencies)(message.deviceId);
  const read = readPayload(message, announcement);
  if ('problem' in read) return refuse(dependencies, message, before, read.problem);
  const { deviceId, receivedAt } = message;
  const at = new Date(receivedAt).toISOString();
  const known = before ?? newDevice({ deviceId, applicationId: await applicationOf(dependencies, deviceId) }, at);
  const { applicationId: application } = known;
  const { deviceType } = read.value;
  const surroundings = await readSurroundings(dependencies)([{ applicationId: application, deviceType }]);
  // A type that its application does not have can't be given; the event says which it was.
  const said = surroundings.types.size > 0 ? read.value : without(read.value, 'deviceType');
  const completed = settle({ ...known, ...completionOf(known, said) }, before, surroundings);
  const after = before === undefined ? completed : nextVersion(before, completed);
  if (after === before) return remember(dependencies, message, said);
  return write(dependencies, message, read.value, { before, after }, surroundings);
}

/** The record, the events and the audit entry together; not at all when a later announcement has been taken. */
async function write(
  { tables, change }: AnnounceDependencies,
  message: DeviceMessage,
  said: Announcement,
  { before, after }: { readonly before: Device | undefined; readonly after: Device },
  surroundings: Surroundings,
) {
  const { deviceId, applicationId: application, roomId } = after;
  const actor = `device:${deviceId}`;
  const late = conflict('a later announcement was taken before');
  const announced = eventWrite(tables.events, {
    ...identityOf(message),
    applicationId: application,
    actor,
    entity: `device:${deviceId}`,
    type: 'device.announced',
    data: { ...said, ...(roomId !== undefined && { roomId }) },
  });
  const own: Write[] = [
    { item: { Put: lastAnnouncement(tables.devices, message, said) }, refusal: () => late },
    { item: announced, refusal: () => late },
  ];
  const together: typeof change = (writes, subjects) => change([...own, ...writes], subjects);
  const cause = { actor, operation: 'announceDevice' };
  try {
    await changeDevices({ tables, change: together })([{ before, after }], surroundings, cause);
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
async function remember({ db, tables }: AnnounceDependencies, message: DeviceMessage, said: Announcement) {
  await unlessThere(db.send(new PutCommand(lastAnnouncement(tables.devices, message, said))));
}

async function refuse(
  { db, sqs, tables, deadLetterQueueUrl }: AnnounceDependencies,
  message: DeviceMessage,
  known: Device | undefined,
  reason: string,
) {
  const { deviceId, traceId } = message;
  logger.warn('announcement refused', { deviceId, traceId, reason });
  const refused = eventWrite(tables.events, {
    ...identityOf(message),
    applicationId: known?.applicationId ?? defaultApplication,
    actor: `device:${deviceId}`,
    entity: `device:${deviceId}`,
    type: 'device.announcementRefused',
    data: { reason, ...(known?.roomId !== undefined && { roomId: known.roomId }) },
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
