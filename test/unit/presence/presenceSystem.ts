import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { LiveChange } from '../../../functions/live/protocol.ts';
import type { Device } from '../../../functions/model/device.ts';
import type { Event } from '../../../functions/model/event.ts';
import { newDevice } from '../../../functions/platform/records/newDevice.ts';
import { parsePresence } from '../../../functions/platform/records/presence.ts';
import { deviceItem } from '../../../functions/platform/records/registry.ts';
import { savePresence } from '../../../functions/presence/savePresence.ts';
import { type PresenceDependencies, settlePresence } from '../../../functions/presence/settlePresence.ts';
import type { PresenceMessage } from '../../../functions/presence/signals.ts';
import { memoryTables } from '../platform/memoryTables.ts';
import { queued } from '../telemetry/samples.ts';

/** Of one client: its connection number `version` began or ended. */
export interface Lifecycle {
  readonly deviceId?: string;
  readonly event: 'connected' | 'disconnected';
  readonly version: number;
  readonly session?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly receivedAt?: number;
  readonly reason?: string;
  readonly isThing?: boolean;
}

const payloadOf = (payload: object) => Buffer.from(JSON.stringify(payload)).toString('base64');

/** What the topic rules make of a lifecycle event. */
export function lifecycle(given: Lifecycle): PresenceMessage {
  const { deviceId = 'boiler-7', event, version, session = `s${version}`, at, receivedAt = at } = given;
  const payload = payloadOf({
    clientId: deviceId,
    ...(given.isThing && { thingName: deviceId }),
    eventType: event,
    timestamp: at,
    sessionIdentifier: session,
    principalIdentifier: 'certificate',
    versionNumber: version,
    ...(event === 'disconnected' && {
      clientInitiatedDisconnect: false,
      disconnectReason: given.reason ?? 'CONNECTION_LOST',
    }),
  });
  return { payload, deviceId, event, receivedAt };
}

export const subscribed = (deviceId: string, receivedAt: number, ...topics: string[]): PresenceMessage => ({
  payload: payloadOf({ clientId: deviceId, topics }),
  deviceId,
  event: 'subscribed',
  receivedAt,
});

/** The feature on real tables, with what it does to others kept. Devices are in the registry unless they are told apart. */
export async function presenceSystem({
  devices = ['boiler-7'],
  policy = { grace: 30_000, silentAfter: 300_000 },
}: {
  readonly devices?: readonly string[];
  readonly policy?: PresenceDependencies['policy'];
} = {}) {
  const { db, calls } = memoryTables({ devices: ['deviceId', 'item'], events: ['applicationId', 'eventId'] });
  const changes: LiveChange[] = [];
  const woken: string[] = [];
  const wokenWithChildren: string[] = [];
  const later: { readonly deviceIds: readonly string[]; readonly delay: number }[] = [];
  const register = (deviceId: string, configuration: Record<string, unknown> = {}, kind: Device['kind'] = 'device') =>
    db.send(
      new PutCommand({
        TableName: 'devices',
        Item: deviceItem({ ...newDevice({ deviceId, applicationId: 'plant', configuration, kind }), roomId: 'hall' }),
      }),
    );
  for (const deviceId of devices) await register(deviceId);
  calls.length = 0;
  const dependencies: PresenceDependencies = {
    db,
    devicesTable: 'devices',
    save: savePresence({ db, devicesTable: 'devices', eventsTable: 'events' }),
    tellChanges: async (told) => void changes.push(...told),
    wake: async (deviceIds, how) => void (how?.childrenAfter === '' ? wokenWithChildren : woken).push(...deviceIds),
    checkLater: async (deviceIds, delay) => void later.push({ deviceIds, delay }),
    policy,
  };
  let delivered = 0;
  return {
    db,
    calls,
    changes,
    woken,
    /** Gateways whose children are woken too. */
    wokenWithChildren,
    later,
    register,
    take: (messages: readonly PresenceMessage[], more: Partial<PresenceDependencies> = {}, receiveCount = 1) => {
      const records = messages.map((message): SQSRecord => {
        delivered += 1;
        const record = queued(message, `sqs-${delivered}`);
        return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receiveCount) } };
      });
      return settlePresence({ ...dependencies, ...more })(records, { getRemainingTimeInMillis: () => 1000 });
    },
    item: async (deviceId: string, item: string) =>
      (await db.send(new GetCommand({ TableName: 'devices', Key: { deviceId, item } }))).Item,
    presence: async (deviceId = 'boiler-7') =>
      parsePresence(
        (await db.send(new GetCommand({ TableName: 'devices', Key: { deviceId, item: 'presence' } }))).Item,
      ),
    events: async (): Promise<Event[]> => {
      const { Items = [] } = await db.send(
        new QueryCommand({
          TableName: 'events',
          KeyConditionExpression: 'applicationId = :plant',
          ExpressionAttributeValues: { ':plant': 'plant' },
        }),
      );
      return Items as Event[];
    },
  };
}
