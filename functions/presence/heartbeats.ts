import type { SQSRecord } from 'aws-lambda';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { presenceKey } from '../platform/records/presence.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { executeStatements } from '../platform/tables.ts';
import { type Heard, heard } from './signals.ts';

interface Latest {
  readonly beat: Heard;
  /** Every record of the device in this batch: they fail together. */
  readonly records: SQSRecord[];
}

interface Dependencies {
  readonly db: Sends;
  readonly tableName: string;
  /** Hands on signs of life of devices that are not known to be online. */
  readonly tellHeard: (signs: readonly Heard[]) => Promise<void>;
}

/**
 * Moves forward when each online device was last heard, with one write per device and batch. Of one that is not online it is handed on:
 * that it is there again is more than a time that moves.
 */
export const beatBatch =
  (dependencies: Dependencies): BatchHandler =>
  async (records) => {
    const failed: SQSRecord[] = [];
    const devices = new Map<string, Latest>();
    for (const record of records) {
      const parsed = parse(record.body);
      if (parsed === undefined) {
        logger.error('not a heartbeat; it goes to the dead letters', { messageId: record.messageId });
        failed.push(record);
        continue;
      }
      const known = devices.get(parsed.deviceId);
      known?.records.push(record);
      if (known === undefined) devices.set(parsed.deviceId, { beat: parsed, records: [record] });
      else if (parsed.receivedAt > known.beat.receivedAt)
        devices.set(parsed.deviceId, { beat: parsed, records: known.records });
    }
    const fail = ({ beat, records: ofDevice }: Latest, reason: string) => {
      logger.error('a heartbeat was not kept; SQS will deliver again', { deviceId: beat.deviceId, reason });
      failed.push(...ofDevice);
    };
    const absent = await moveAll(dependencies, [...devices.values()], fail);
    try {
      await dependencies.tellHeard(absent.map(({ beat }) => beat));
    } catch (error) {
      for (const device of absent) fail(device, (error as Error).message);
    }
    metrics.addMetric('Heartbeats', MetricUnit.Count, records.length - failed.length);
    return { failed };
  };

/** @returns those that are not online, or were heard later already */
async function moveAll(
  { db, tableName }: Dependencies,
  devices: readonly Latest[],
  fail: (device: Latest, reason: string) => void,
): Promise<Latest[]> {
  const notMoved: Latest[] = [];
  const errors = await executeStatements({ db })(devices.map(({ beat }) => moveStatement(tableName, beat)));
  for (const [index, device] of devices.entries()) {
    const error = errors[index];
    if (error?.name === 'ConditionalCheckFailed') notMoved.push(device);
    else if (error !== undefined) fail(device, String(error));
  }
  return notMoved;
}

/** Only forward: messages come in any order, and twice. */
const moveStatement = (tableName: string, { deviceId, receivedAt, principal }: Heard) => ({
  Statement: `UPDATE "${tableName}" SET "lastHeartbeat"=? SET "certificateId"=? WHERE "deviceId"=? AND "item"=? AND "lastHeartbeat"<? AND "state"=?`,
  Parameters: [receivedAt, principal ?? null, deviceId, presenceKey(deviceId).item, receivedAt, 'online'],
});

function parse(body: string): Heard | undefined {
  try {
    return heard.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
