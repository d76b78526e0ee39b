import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Disposition, MessageRecord } from '../../../functions/model/message.ts';
import { byApplicationIndex, byDeviceIndex } from '../../../functions/platform/records/messages.ts';
import { insertRecords } from '../../../functions/telemetry/stores/messageRecords.ts';
import { memoryDb } from '../platform/memoryDb.ts';

const attributes = ['messageId', 'disposition', 'eventTime', 'points', 'reason'];

/** The messages table, filled by what fills it in the pipeline, and the registry beside it. */
export function messagesTable() {
  const db = memoryDb(
    {
      name: 'messages',
      keys: ['messageKey', 'entry'],
      numbers: ['receivedAt'],
      indexes: [
        { name: byDeviceIndex, keys: ['deviceId', 'receivedAt'], attributes },
        { name: byApplicationIndex, keys: ['applicationDay', 'receivedAt'], attributes: ['deviceId', ...attributes] },
      ],
    },
    { name: 'devices', keys: ['deviceId', 'item'] },
  );
  const insert = insertRecords({ db, tableName: 'messages', retentionDays: 90 });
  return {
    db,
    async fill(records: readonly MessageRecord[]): Promise<void> {
      const failures = await insert(records);
      if (failures.size > 0) throw new Error([...failures.values()][0]?.reason);
    },
    register: (deviceId: string, roomId: string) =>
      db.send(new PutCommand({ TableName: 'devices', Item: { deviceId, item: 'device', roomId } })),
  };
}

/** The record of a message that ended. */
export const record = (more: {
  deviceId?: string;
  messageId: string;
  receivedAt: number;
  disposition?: Disposition;
  applicationId?: string;
  traceId?: string;
}): MessageRecord => ({
  deviceId: 'boiler-7',
  applicationId: 'plant',
  disposition: 'stored',
  traceId: `trace-${more.messageId}`,
  raw: { key: 'raw/x.gz', offset: 0, length: 9 },
  stages: {},
  attempt: 0,
  ...more,
});
