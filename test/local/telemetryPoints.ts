import { type Datum, QueryCommand } from '@aws-sdk/client-timestream-query';
import type { SystemUnderTest } from './openSystem.ts';

type Cell = string | number | boolean | null;
/** A point as Timestream shows it: a column for each dimension and measure, `time` in epoch milliseconds. */
export type Point = Readonly<Record<string, Cell>> & { readonly time: number };

/** All points of a device in the order of their times. */
export async function pointsOf({ timestream, output }: SystemUnderTest, deviceId: string): Promise<Point[]> {
  const table = `"${output('Timestream', 'DatabaseName')}"."${output('Timestream', 'TableName')}"`;
  const points: Point[] = [];
  let from: string | undefined;
  do {
    const { ColumnInfo, Rows, NextToken } = await timestream.send(
      new QueryCommand({
        QueryString: `SELECT * FROM ${table} WHERE deviceId = '${deviceId}' ORDER BY time`,
        NextToken: from,
      }),
    );
    for (const { Data } of Rows ?? []) {
      const cells = (ColumnInfo ?? []).map(({ Name, Type }, index) => [Name, toCell(Data?.[index], Type?.ScalarType)]);
      // A table has the columns of all its points; those of others are null here.
      points.push(Object.fromEntries(cells.filter(([, cell]) => cell !== null)) as Point);
    }
    from = NextToken;
  } while (from !== undefined);
  return points;
}

function toCell(datum: Datum | undefined, type: string | undefined): Cell {
  const value = datum?.ScalarValue;
  if (value === undefined) return null;
  if (type === 'DOUBLE' || type === 'BIGINT') return Number(value);
  if (type === 'BOOLEAN') return value === 'true';
  if (type === 'TIMESTAMP') return Date.parse(`${value.replace(' ', 'T').slice(0, 23)}Z`);
  return value;
}
