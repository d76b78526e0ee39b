import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noop } from 'cockatiel';
import { timestreamReader } from '../../../functions/history/timestreamReader.ts';
import { aggregate } from '../../../functions/telemetry/stages/aggregate.ts';
import { writeTelemetry } from '../../../functions/telemetry/stores/telemetryStore.ts';
import type { AwsRequest } from '../../../local/service.ts';
import { testContext } from '../local/edge/localEdge.ts';
import { openTimestream } from '../local/timestream/openTimestream.ts';
import { understood } from '../telemetry/samples.ts';

export interface KnownPoint {
  readonly deviceId: string;
  readonly time: number;
  readonly values: Readonly<Record<string, number | string | boolean>>;
  readonly applicationId?: string;
}

/** The telemetry store of the local cloud, written by the pipeline's own writer; `queries` are those that it was asked. */
export async function openStore() {
  const stateDir = mkdtempSync(join(tmpdir(), 'fieldline-history-'));
  const context = testContext({ stateDir });
  const { service, providers, close } = await openTimestream(context);
  const properties = {
    DatabaseName: 'fieldline-test',
    TableName: 'telemetry',
    RetentionProperties: { MemoryStoreRetentionPeriodInHours: '48' },
  };
  const made = ['AWS::Timestream::Database', 'AWS::Timestream::Table'];
  for (const { type, provision } of providers.filter((provider) => made.includes(provider.type)))
    await provision({
      stackName: 'S',
      logicalId: 'L',
      type,
      properties: type.endsWith('Table') ? properties : { DatabaseName: properties.DatabaseName },
      generatedName: 'generated',
      assets: new Map(),
    });
  const queries: string[] = [];
  const timestream = {
    send: async (command: { readonly input: object }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      if (operation === 'Query') queries.push((command.input as { QueryString: string }).QueryString);
      const request = {
        operation,
        body: Buffer.from(JSON.stringify(command.input)),
        principal: { arn: 'arn:aws:iam::000000000000:role/history' },
      } as unknown as AwsRequest;
      return JSON.parse(String((await service.handle(request)).body));
    },
  };
  const table = { timestream, database: 'fieldline-test', table: 'telemetry' };
  let messages = 0;
  return {
    queries,
    reader: timestreamReader(table),
    /** Each point as a message of its own, in their order. */
    async write(points: readonly KnownPoint[]): Promise<void> {
      const failures = await writeTelemetry({ ...table, breaker: noop })(
        points.map(({ deviceId, time, values, applicationId = 'plant' }) => {
          messages += 1;
          return aggregate(
            understood({
              deviceId,
              applicationId,
              messageId: `m${messages}`,
              readings: [{ time, values }],
              receivedAt: Date.now() + messages,
            }),
          );
        }),
      );
      if (failures.size > 0) throw new Error([...failures.values()][0]?.reason);
    },
    async close() {
      await close();
      context.store.close();
      rmSync(stateDir, { recursive: true });
    },
  };
}
