import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { expect } from '@jest/globals';
import type { Event } from '../../functions/model/event.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { callApi } from './callApi.ts';
import { newApplication } from './newApplication.ts';
import { newDevice, newDeviceId } from './newDevice.ts';
import { type Live, openLive } from './openLive.ts';
import type { SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

const thingModel = {
  title: 'Boiler',
  events: {
    overheated: {
      data: {
        type: 'object',
        required: ['temperature'],
        properties: { temperature: { type: 'number', unit: 'Cel' }, severity: { type: 'string' } },
      },
    },
  },
};

export type EventPlant = Awaited<ReturnType<Awaited<ReturnType<typeof eventPlants>>>>;

/** @returns what opens a plant: a device that can speak, of a type that has an event, in a room of an application of its own. */
export async function eventPlants(system: SystemUnderTest) {
  const admin = await signIn(system, { platformAdmin: true });
  const call = async (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: object,
    as: Pick<Person, 'accessToken'> = admin,
  ) => callApi(system, { method, path: `/api/${path}`, as, ...(body && { body }) });
  return async () => {
    const { applicationId, member } = await newApplication(system, admin);
    const device = await newDevice(system);
    const { deviceId } = device;
    const roomId = newDeviceId('room');
    await call('PUT', `applications/${applicationId}/device-types/boiler`, { thingModel });
    await call('POST', 'rooms', { applicationId, roomId, name: 'Hall' });
    await call('POST', 'devices', { applicationId, deviceId, deviceType: 'boiler', roomId });
    const eventsOf = async (path: string): Promise<Event[]> => (await call('GET', `${path}/events`)).json.items;
    return {
      applicationId,
      deviceId,
      roomId,
      member,
      call,
      eventsOf,
      note: async (text: string, severity = 'info'): Promise<Event> => {
        const { status, json } = await call('POST', `devices/${deviceId}/events`, { text, severity });
        expect(status).toBe(201);
        return json;
      },
      async tell(event: string, payload: string, properties?: Readonly<Record<string, string>>): Promise<void> {
        const connection = await connectDevice({ ...device, mqtt: system.mqtt });
        await connection.publish(`devices/events/${deviceId}/${event}`, Buffer.from(payload), properties);
        await connection.close();
      },
    };
  };
}

export async function watchChannel(system: SystemUnderTest, channel: string): Promise<Live> {
  const live = await openLive(system);
  expect(await live.ask({ action: 'subscribe', channels: [channel] })).toMatchObject({ channels: [channel] });
  return live;
}

/** The live changes that tell of an event. */
export const heardOf = (live: Live, eventId: string) => live.changes.filter(({ data }) => data['eventId'] === eventId);

/** Whether the function that notifies people has done so. */
export async function isNotified({ db, output }: SystemUnderTest, eventId: string): Promise<boolean> {
  const { Item } = await db.send(
    new GetCommand({
      TableName: output('Data', 'EphemeralTableName'),
      Key: { id: `notification#${eventId}` },
      ConsistentRead: true,
    }),
  );
  return Item?.['doneAt'] !== undefined;
}
