import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { defaultApplication } from '../model/application.ts';
import type { Device } from '../model/device.ts';
import { deviceType } from '../model/deviceType.ts';
import { type Event, metadataOf } from '../model/event.ts';
import type { Sends } from '../platform/clients.ts';
import { deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import { readDevice } from '../platform/records/deviceChanges.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { eventWrite } from '../platform/records/events.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { readItems } from '../platform/tables.ts';
import { deterministicUlid } from '../platform/ulid.ts';
import { deviceEventType } from './envelope.ts';
import { problemOfEvent } from './eventData.ts';

interface RecordDependencies {
  readonly db: Sends;
  readonly sqs: Sends;
  readonly tables: { readonly devices: string; readonly directory: string; readonly events: string };
  readonly deadLetterQueueUrl: string;
}

/** What a device published on `devices/events/{deviceId}/{event}`. */
const deviceEvent = deviceMessage.extend({ event: z.string().min(1).max(256) });
type DeviceEvent = z.infer<typeof deviceEvent>;

/**
 * Writes down what devices tell of. The same message, however often it is delivered, is one event; what the device's type does not
 * have is refused: an event says so, and the dead letters have the message with the reason.
 */
export const recordEvents =
  (dependencies: RecordDependencies): BatchHandler =>
  async (records) => ({
    failed: await eachByItself(
      records,
      async ({ body }) => record(dependencies, deviceEvent.parse(JSON.parse(body))),
      ({ messageId }, error) => logger.error('device event failed; SQS will deliver it again', { messageId, error }),
    ),
  });

async function record(dependencies: RecordDependencies, message: DeviceEvent): Promise<void> {
  const { db, tables } = dependencies;
  const device = await readDeviceOf(dependencies, message);
  if (device === undefined) return refuse(dependencies, message, undefined, 'The device is not registered.');
  if (device.status === 'disabled') return refuse(dependencies, message, device, 'The device is disabled.');
  const read = readPayload(message, z.unknown());
  if ('problem' in read) return refuse(dependencies, message, device, read.problem);
  const problem = problemOfEvent(await readType(dependencies, device), message.event, read.value);
  if (problem !== undefined) return refuse(dependencies, message, device, problem);
  await writeOnce(
    db,
    eventWrite(tables.events, {
      ...identityOf(message),
      ...aboutDevice(message, device),
      type: deviceEventType,
      data: { ...inRoom(device), name: message.event, data: read.value },
    }),
  );
  metrics.addMetric('DeviceEvents', MetricUnit.Count, 1);
}

const readDeviceOf = ({ db, tables }: RecordDependencies, { deviceId }: DeviceEvent) =>
  readDevice({ db, tables: { ...tables, rooms: '' } })(deviceId);

async function readType({ db, tables }: RecordDependencies, { applicationId, deviceType: name }: Device) {
  if (name === undefined) return undefined;
  const key = directoryKeys.deviceType(applicationId, name);
  const [item] = (await readItems({ db })({ [tables.directory]: [key] }))[tables.directory] ?? [];
  return item && deviceType.parse(item);
}

async function refuse(
  { db, sqs, tables, deadLetterQueueUrl }: RecordDependencies,
  message: DeviceEvent,
  device: Device | undefined,
  reason: string,
): Promise<void> {
  const { deviceId, traceId, event } = message;
  logger.warn('device event refused', { deviceId, traceId, event, reason });
  await writeOnce(
    db,
    eventWrite(tables.events, {
      ...identityOf(message),
      ...aboutDevice(message, device),
      type: 'device.eventRefused',
      data: { ...(device && inRoom(device)), name: event, reason },
    }),
  );
  const letter = { reason, message };
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody(letter) }));
  metrics.addMetric('DeviceEventsRefused', MetricUnit.Count, 1);
}

/** The same at every delivery of a message. */
const identityOf = ({ receivedAt, traceId }: DeviceEvent): Pick<Event, 'eventId' | 'at'> => ({
  eventId: deterministicUlid(receivedAt, `event ${traceId}`),
  at: new Date(receivedAt).toISOString(),
});

const aboutDevice = ({ deviceId }: DeviceEvent, device: Device | undefined) => ({
  applicationId: device?.applicationId ?? defaultApplication,
  entity: `device:${deviceId}`,
  actor: `device:${deviceId}`,
  ...(device && metadataOf(device)),
});

const inRoom = ({ roomId }: Device) => (roomId === undefined ? {} : { roomId });

async function writeOnce(db: Sends, { Put }: ReturnType<typeof eventWrite>): Promise<void> {
  await db.send(new PutCommand(Put)).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}
