import { membership } from '../../../functions/model/application.ts';
import type { Device } from '../../../functions/model/device.ts';
import type { Room } from '../../../functions/model/room.ts';
import { directoryKeys, memberIndex } from '../../../functions/platform/records/directory.ts';
import { deviceItem, deviceKey, roomItem, roomKey } from '../../../functions/platform/records/registry.ts';
import { type Call, recordingClient } from '../platform/recordingClient.ts';

const keyOf = (key: object) => JSON.stringify(Object.entries(key).sort());

/** DynamoDB as far as the checks of a request ask it: items by key, memberships by person; what they count is taken. */
export function fakeDirectory(items: readonly { readonly key: object; readonly item: Record<string, unknown> }[]) {
  const byKey = new Map(items.map(({ key, item }) => [keyOf(key), item]));
  const members = items.map(({ item }) => item).filter((item) => membership.safeParse(item).success);
  return recordingClient(({ name, input }: Call) => {
    if (name === 'GetCommand') return { Item: byKey.get(keyOf(input.Key)) };
    if (name === 'BatchGetCommand') {
      const found = Object.entries(input.RequestItems as Record<string, { Keys: object[] }>).map(
        ([table, { Keys }]) => [table, Keys.flatMap((key) => byKey.get(keyOf(key)) ?? [])] as const,
      );
      return { Responses: Object.fromEntries(found) };
    }
    if (name === 'QueryCommand' && input.IndexName === memberIndex.name)
      return { Items: members.filter((item) => item['userId'] === input.ExpressionAttributeValues[':user']) };
    if (name === 'UpdateCommand' && input.Key.id.startsWith('rate#')) return {};
    throw new Error(`The checks of a request send no ${name} ${JSON.stringify(input)}.`);
  });
}

const at = '2026-01-31T12:00:00.000Z';
const common = { version: 1, createdAt: at, updatedAt: at };

export const aDevice = (device: Pick<Device, 'deviceId' | 'applicationId'> & Partial<Device>) => {
  const item: Device = {
    ...{ name: device.deviceId, kind: 'device', status: 'active', metadata: {}, configuration: {} },
    ...common,
    ...device,
  };
  return { key: deviceKey(item.deviceId), item: deviceItem(item) };
};

export const aRoom = (room: Pick<Room, 'roomId' | 'applicationId'>) => {
  const item: Room = { name: room.roomId, deviceCount: 0, metadata: {}, configuration: {}, ...common, ...room };
  return { key: roomKey(item.roomId), item: roomItem(item) };
};

export const aMember = (member: { applicationId: string; userId: string; role: string; grants?: object }) => {
  const key = directoryKeys.member(member.applicationId, member.userId);
  return { key, item: { ...key, email: 'somebody@example.com', ...common, ...member } };
};

export const anApplication = (applicationId: string) => {
  const key = directoryKeys.application(applicationId);
  return { key, item: { ...key, applicationId, name: applicationId, ...common } };
};

export const anEndedSession = (userId: string, sessionId: string) => {
  const key = directoryKeys.session(userId, sessionId);
  return { key, item: { ...key, startedAt: at, signedOutAt: at } };
};
