import { BatchExecuteStatementCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { inBatches } from '../platform/batches.ts';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { presenceKey } from '../platform/records/presence.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { insertStatement, statementsPerCall } from '../platform/tables.ts';

/** What the topic rule makes of a heartbeat, whatever its payload. */
const heartbeat = z.object({
  deviceId: z.string().min(1),
  /** When the rule received it, epoch milliseconds. */
  receivedAt: z.number().int().positive(),
  /** Certificate id. */
  principal: z.string().optional(),
});
type Heartbeat = z.infer<typeof heartbeat>;

interface Latest {
  readonly beat: Heartbeat;
  /** Every record of the device in this batch: they fail together. */
  readonly records: SQSRecord[];
}

/** Moves each device's presence forward, with one write per device and batch. */
export const beatBatch =
  (table: { readonly db: Sends; readonly tableName: string }): BatchHandler =>
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
    // A device is there already, as a rule: who is not takes a second write, once.
    const absent = await writeAll(table, [...devices.values()], moveStatement, failed, 'ConditionalCheckFailed');
    await writeAll(table, absent, firstStatement, failed, 'DuplicateItem');
    metrics.addMetric('Heartbeats', MetricUnit.Count, records.length - failed.length);
    return { failed };
  };

type Statement = ReturnType<typeof insertStatement>;

/** @returns those whose statement did not apply, for the code that is expected */
async function writeAll(
  { db, tableName }: { readonly db: Sends; readonly tableName: string },
  devices: readonly Latest[],
  statementOf: (tableName: string, beat: Heartbeat) => Statement,
  failed: SQSRecord[],
  expected: string,
): Promise<Latest[]> {
  const notApplied: Latest[] = [];
  await Promise.all(
    inBatches(devices, statementsPerCall).map(async (batch) => {
      const fail = ({ beat, records }: Latest, reason: string) => {
        logger.error('presence was not moved; SQS will deliver again', { deviceId: beat.deviceId, reason });
        failed.push(...records);
      };
      try {
        const Statements = batch.map(({ beat }) => statementOf(tableName, beat));
        const { Responses = [] } = await db.send(new BatchExecuteStatementCommand({ Statements }));
        for (const [index, device] of batch.entries()) {
          const error = (Responses as { Error?: { Code?: string; Message?: string } }[])[index]?.Error;
          if (error?.Code === expected) notApplied.push(device);
          else if (error !== undefined) fail(device, `${error.Code}: ${error.Message}`);
        }
      } catch (error) {
        for (const device of batch) fail(device, (error as Error).message);
      }
    }),
  );
  return notApplied;
}

/** Only forward: messages come in any order, and twice. */
const moveStatement = (tableName: string, { deviceId, receivedAt, principal }: Heartbeat): Statement => ({
  Statement: `UPDATE "${tableName}" SET "lastHeartbeat"=? SET "certificateId"=? WHERE "deviceId"=? AND "item"=? AND "lastHeartbeat"<?`,
  Parameters: [receivedAt, principal ?? null, deviceId, presenceKey(deviceId).item, receivedAt],
});

/** Of a device that there is no presence of. One that is there, has it later: nothing is to be done. */
const firstStatement = (tableName: string, { deviceId, receivedAt, principal }: Heartbeat): Statement =>
  insertStatement(tableName, { ...presenceKey(deviceId), lastHeartbeat: receivedAt, certificateId: principal ?? null });

function parse(body: string): Heartbeat | undefined {
  try {
    return heartbeat.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
