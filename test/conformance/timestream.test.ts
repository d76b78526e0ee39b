import { randomUUID } from 'node:crypto';
import { QueryCommand, TimestreamQueryClient } from '@aws-sdk/client-timestream-query';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeEndpointsCommand,
  DescribeTableCommand,
  type _Record as TimestreamRecord,
  TimestreamWriteClient,
  WriteRecordsCommand,
} from '@aws-sdk/client-timestream-write';
import { expect } from '@jest/globals';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { connect, output, uniqueName } from './target.ts';

const write = connect(TimestreamWriteClient);
const query = connect(TimestreamQueryClient);

// Database and table are those of the suite's own stack; each test writes to a dimension of its own.
group(
  'Timestream',
  () => write.send(new DescribeEndpointsCommand({})),
  ({ conforms }) => {
    const where = () => ({ DatabaseName: output('TimestreamDatabase'), TableName: output('TimestreamTable') });
    const from = () => `"${output('TimestreamDatabase')}"."${output('TimestreamTable')}"`;
    const put = (device: string, Records: TimestreamRecord[]) =>
      write.send(
        new WriteRecordsCommand({
          ...where(),
          CommonAttributes: {
            Dimensions: [{ Name: 'device', Value: device }],
            MeasureName: 'celsius',
            MeasureValueType: 'DOUBLE',
          },
          Records,
        }),
      );
    const ask = async (QueryString: string) => {
      const { ColumnInfo = [], Rows = [] } = await query.send(new QueryCommand({ QueryString }));
      const rows = Rows.map(({ Data = [] }) =>
        Data.map(({ ScalarValue, NullValue }) => (NullValue ? null : ScalarValue)),
      );
      return { types: ColumnInfo.map(({ Type }) => Type?.ScalarType), rows };
    };
    const minutesAgo = (minutes: number) => String(Date.now() - minutes * 60_000);

    conforms('what was written is read, with the types of its columns', 'WriteRecords', async () => {
      const device = randomUUID();
      const answer = await put(device, [{ Time: minutesAgo(1), MeasureValue: '21.5' }]);
      expect(answer.RecordsIngested?.Total).toBe(1);
      const { types, rows } = await until('the row', async () => {
        const found = await ask(
          `SELECT device, measure_name, time, measure_value::double FROM ${from()} WHERE device = '${device}'`,
        );
        return found.rows.length > 0 ? found : undefined;
      });
      expect(types).toEqual(['VARCHAR', 'VARCHAR', 'TIMESTAMP', 'DOUBLE']);
      expect(rows).toEqual([
        [device, 'celsius', expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}$/), '21.5'],
      ]);
    });

    conforms('a later version replaces a value, an earlier one is rejected', 'Upserting data', async () => {
      const device = randomUUID();
      const Time = minutesAgo(1);
      await put(device, [{ Time, MeasureValue: '1', Version: 1 }]);
      await put(device, [{ Time, MeasureValue: '2', Version: 2 }]);
      await expect(put(device, [{ Time, MeasureValue: '3', Version: 1 }])).rejects.toMatchObject({
        name: 'RejectedRecordsException',
        RejectedRecords: [{ RecordIndex: 0, ExistingVersion: 2 }],
      });
      const read = () => ask(`SELECT measure_value::double FROM ${from()} WHERE device = '${device}'`);
      const rows = await until('the value', async () => {
        const found = (await read()).rows;
        return found[0]?.[0] === '2.0' ? found : undefined;
      });
      expect(rows).toHaveLength(1);
    });

    conforms('records out of the retention are rejected, the others kept', 'RejectedRecordsException', async () => {
      const device = randomUUID();
      const records = [
        { Time: minutesAgo(60 * 24 * 365), MeasureValue: '1' },
        { Time: minutesAgo(1), MeasureValue: '2' },
      ];
      await expect(put(device, records)).rejects.toMatchObject({
        name: 'RejectedRecordsException',
        RejectedRecords: [{ RecordIndex: 0, Reason: expect.stringContaining('outside the time range') }],
      });
      await until('the other', async () => {
        const { rows } = await ask(`SELECT count(*) FROM ${from()} WHERE device = '${device}'`);
        return rows[0]?.[0] === '1';
      });
    });

    conforms('values are averaged by bins of time', 'Date / time functions', async () => {
      const device = randomUUID();
      const bin = Math.floor((Date.now() - 7_200_000) / 3_600_000) * 3_600_000;
      const values = [
        [0, '1'],
        [60_000, '3'],
        [3_600_000, '8'],
      ] as const;
      await put(
        device,
        values.map(([after, MeasureValue]) => ({ Time: String(bin + after), MeasureValue })),
      );
      const { rows } = await until('the rows', async () => {
        const found = await ask(
          `SELECT bin(time, 1h) AS hour, avg(measure_value::double) AS mean, count(*) AS n FROM ${from()}
         WHERE device = '${device}' AND time > ago(1d) GROUP BY bin(time, 1h) ORDER BY hour`,
        );
        return found.rows.length === 2 ? found : undefined;
      });
      expect(rows.map(([, mean, count]) => [mean, count])).toEqual([
        ['2.0', '2'],
        ['8.0', '1'],
      ]);
    });

    conforms('a query that is wrong is ValidationException', 'Query', async () => {
      await expect(ask(`SELECT nothing_of_this FROM ${from()}`)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    conforms('a table that is not there is ResourceNotFoundException', 'DescribeTable', async () => {
      const TableName = uniqueName('none');
      await expect(write.send(new DescribeTableCommand({ ...where(), TableName }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    conforms('a table is made and deleted', 'CreateTable', async () => {
      const request = { ...where(), TableName: uniqueName('table') };
      await write.send(new CreateTableCommand(request));
      await write.send(new DeleteTableCommand(request));
    });
  },
);
