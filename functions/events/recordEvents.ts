import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { defaultApplication } from '../model/application.ts';
import type { Device } from '../model/device.ts';
import { deviceType } from '../model/deviceType.ts';
import { type Event, metadataOf } from '../model/event.ts';
import { messageId as messageIdOfDevice } from '../model/identifiers.ts';
import type { Sends } from '../platform/clients.ts';
import { deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import { writeTogether } from '../platform/records/change.ts';
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
  readonly tables: {
    readonly devices: string;
    readonly directory: string;
    readonly events: string;
    readonly ephemeral: string;
  };
  readonly deadLetterQueueUrl: string;
}

/** What a device published on `devices/events/{deviceId}/{event}`. */
const deviceEvent = deviceMessage.extend({
  event: z.string().min(1).max(256),
  /** Of its MQTT 5 user properties of this name: the one, or several (AWS IoT: "get_user_properties"). */
  messageId: z.union([z.string(), z.array(z.string())]).optional(),
});
type DeviceEvent = z.infer<typeof deviceEvent>;

/** As long as AWS IoT keeps the session of a device, which then sends again what was not acknowledged, seconds. */
const repeatsWithin = 7 * 86_400;

/**
 * Writes down what devices tell of. The same message, however often it is delivered, is one event, and so is what the device sends
 * again with the same message id; what the device's type does not have is refused: an event says so, and the dead letters have the
 * message with the reason.
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
  const device = await readDeviceOf(dependencies, message);
  if (device === undefined) return refuse(dependencies, message, undefined, 'The device is not registered.');
  if (device.status === 'disabled') return refuse(dependencies, message, device, 'The device is disabled.');
  const messageId = ownMessageId.safeParse(message.messageId);
  if (!messageId.success) {
    const [issue] = messageId.error.issues;
    return refuse(dependencies, message, device, `The user property messageId ${issue?.message}.`);
  }
  const read = readPayload(message, z.unknown());
  if ('problem' in read) return refuse(dependencies, message, device, read.problem);
  const problem = problemOfEvent(await readType(dependencies, device), message.event, read.value);
  if (problem !== undefined) return refuse(dependencies, message, device, problem);
  const outcome = await writeOnce(
    dependencies,
    {
      ...identityOf(message),
      ...aboutDevice(message, device),
      type: deviceEventType,
      data: { ...inRoom(device), name: message.event, data: read.value },
    },
    messageId.data === undefined ? undefined : `event#${message.deviceId}#${message.event}#${messageId.data}`,
  );
  if (outcome === 'repeated') {
    const { deviceId, event, traceId } = message;
    logger.info('device event was told before', { deviceId, event, traceId, messageId: messageId.data });
    metrics.addMetric('DeviceEventsRepeated', MetricUnit.Count, 1);
  }
  if (outcome === 'new') metrics.addMetric('DeviceEvents', MetricUnit.Count, 1);
}

const ownMessageId = z.string('must be given once').pipe(messageIdOfDevice).optional();

const readDeviceOf = ({ db, tables }: RecordDependencies, { deviceId }: DeviceEvent) =>
  readDevice({ db, tables: { ...tables, rooms: '' } })(deviceId);

async function readType({ db, tables }: RecordDependencies, { applicationId, deviceType: name }: Device) {
  if (name === undefined) return undefined;
  const key = directoryKeys.deviceType(applicationId, name);
  const [item] = (await readItems({ db })({ [tables.directory]: [key] }))[tables.directory] ?? [];
  return item && deviceType.parse(item);
}

async function refuse(
  dependencies: RecordDependencies,
  message: DeviceEvent,
  device: Device | undefined,
  reason: string,
): Promise<void> {
  const { sqs, deadLetterQueueUrl } = dependencies;
  const { deviceId, traceId, event } = message;
  logger.warn('device event refused', { deviceId, traceId, event, reason });
  await writeOnce(dependencies, {
    ...identityOf(message),
    ...aboutDevice(message, device),
    type: 'device.eventRefused',
    data: { ...(device && inRoom(device)), name: event, reason },
  });
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

class Known extends Error {
  readonly as: 'delivered' | 'repeated';
  constructor(as: Known['as']) {
    super(`The event was ${as} before.`);
    this.as = as;
  }
}

/**
 * @param repeatKey the same when the device sends it again
 * @returns whether it is new; else whether its message was delivered again, or the device has sent it again
 */
async function writeOnce(
  { db, tables }: RecordDependencies,
  event: Event,
  repeatKey?: string,
): Promise<'new' | Known['as']> {
  const expiresAt = Math.ceil(Date.now() / 1000) + repeatsWithin;
  const mark = {
    Put: {
      TableName: tables.ephemeral,
      Item: { id: repeatKey, expiresAt },
      ConditionExpression: 'attribute_not_exists(id)',
    },
  };
  const writes = [
    { item: eventWrite(tables.events, event), refusal: () => new Known('delivered') },
    ...(repeatKey === undefined ? [] : [{ item: mark, refusal: () => new Known('repeated') }]),
  ];
  try {
    await writeTogether({ db })(writes);
    return 'new';
  } catch (error) {
    if (error instanceof Known) return error.as;
    throw error;
  }
}
