import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { notACursor, readCursor, writeCursor } from '../platform/http/paging.ts';
import { badRequest } from '../platform/http/problem.ts';
import { iso } from '../platform/http/timeRange.ts';
import { readDeviceStates } from '../telemetry/stores/deviceState.ts';
import { aggregates } from './aggregates.ts';
import { binColumns, type Column, pointColumns } from './columns.ts';
import { chooseMetrics, type KnownMetric, knownMetrics } from './knownMetrics.ts';
import type { historyOperations, Telemetry } from './operations.ts';
import { telemetryCsv } from './telemetryCsv.ts';
import { resolveRange, type TelemetryRange } from './telemetryRange.ts';
import type { BinRow, TelemetryReader } from './telemetryReader.ts';

interface HistoryDependencies {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly reader: TelemetryReader;
}

type DeviceRequest = Parameters<Handlers<typeof historyOperations>['getDeviceTelemetry']>[0];
type BinRequest = Pick<DeviceRequest['query'], 'metrics' | 'aggregate' | 'units'>;

export const historyHandlers = (dependencies: HistoryDependencies): Handlers<typeof historyOperations> => ({
  getDeviceTelemetry: async ({ access, params: { deviceId }, query, event }) => {
    const range = resolveRange(query, Date.now());
    if (range.bin !== 'raw' && query.next !== undefined)
      throw badRequest([{ in: 'query', field: 'next', detail: 'bins come in one answer; only bin=raw has pages' }]);
    const of = { applicationId: access.applicationId, deviceIds: [deviceId], byDevice: false };
    const telemetry =
      range.bin === 'raw'
        ? await readRaw(dependencies, access.applicationId, deviceId, range, query)
        : await readBinned(dependencies, of, range, query);
    return answer(event, query.format, { deviceId, ...telemetry });
  },

  getRoomTelemetry: async ({ access, params: { roomId }, query, event }) => {
    const range = resolveRange(query, Date.now());
    if (range.bin === 'raw')
      throw badRequest([{ in: 'query', field: 'bin', detail: 'single points are asked for by device; take a bin' }]);
    const { applicationId } = access;
    const deviceIds = await devicesIn(dependencies, roomId, applicationId);
    const of = { applicationId, deviceIds, byDevice: query.groupBy === 'device' };
    return answer(event, query.format, { roomId, ...(await readBinned(dependencies, of, range, query)) });
  },
});

type Series = Omit<Telemetry, 'deviceId' | 'roomId'>;

/** Of one answer: numbers in all series together. */
const mostValues = 100_000;

async function readBinned(
  { db, devicesTable, reader }: HistoryDependencies,
  of: { readonly applicationId: string; readonly deviceIds: readonly string[]; readonly byDevice: boolean },
  range: TelemetryRange,
  { metrics: named, aggregate: wanted = ['mean'], units }: BinRequest,
): Promise<Series> {
  const { bin, from, to, count } = range;
  if (bin === 'raw') throw new Error('Single points are no bins.');
  const known = await metricsOf({ db, devicesTable }, of.deviceIds);
  const onlyNumbers = wanted.some((name) => aggregates[name].of === 'numbers');
  const metrics = chooseMetrics(known, named, ({ kind }) => !onlyNumbers || kind === 'number');
  const columns = binColumns(known, metrics, wanted, units);
  const values = count * columns.length * (of.byDevice ? of.deviceIds.length : 1);
  if (values > mostValues)
    throw badRequest([
      {
        in: 'query',
        field: 'bin',
        detail: `${bin} gives up to ${values} values; at most ${mostValues} are answered: take a longer bin, fewer metrics or aggregates, or a shorter range`,
      },
    ]);
  const rows = columns.length === 0 ? [] : await reader.readBins({ ...of, from, to, bin, columns });
  return { ...headOf(range), ...seriesOf(columns, rows, of.byDevice) };
}

async function readRaw(
  { db, devicesTable, reader }: HistoryDependencies,
  applicationId: string,
  deviceId: string,
  range: TelemetryRange,
  { metrics: named, aggregate, units, order, limit, next }: DeviceRequest['query'],
): Promise<Series> {
  if (aggregate !== undefined)
    throw badRequest([{ in: 'query', field: 'aggregate', detail: 'single points are not aggregated; take a bin' }]);
  const known = await metricsOf({ db, devicesTable }, [deviceId]);
  const metrics = chooseMetrics(known, named, () => true);
  const columns = pointColumns(known, metrics, units);
  const last = readTime(next);
  const from = order === 'asc' && last !== undefined ? Math.max(range.from, last + 1) : range.from;
  const to = order === 'desc' && last !== undefined ? Math.min(range.to, last) : range.to;
  const { points, hasMore } =
    columns.length === 0
      ? { points: [], hasMore: false }
      : await reader.readPoints({ applicationId, deviceId, metrics, from, to, order, limit });
  const lastTime = points.at(-1)?.time;
  return {
    ...headOf(range),
    ...seriesOf(columns, points, false),
    ...(hasMore && lastTime !== undefined && writeCursor({ time: lastTime })),
  };
}

const headOf = ({ from, to, bin }: TelemetryRange) => ({ from: iso(from), to: iso(to), bin });

const cursor = z.object({ time: z.int() });

function readTime(next: string | undefined): number | undefined {
  if (next === undefined) return undefined;
  const { data } = cursor.safeParse(readCursor(next));
  if (data === undefined) throw notACursor();
  return data.time;
}

async function metricsOf(
  { db, devicesTable: tableName }: Pick<HistoryDependencies, 'db' | 'devicesTable'>,
  deviceIds: readonly string[],
): Promise<Map<string, KnownMetric>> {
  const states = deviceIds.length === 0 ? new Map() : await readDeviceStates({ db, tableName })(deviceIds);
  return knownMetrics(states.values());
}

/** What one query takes: each is named in it. */
const mostDevices = 500;

async function devicesIn(
  { db, devicesTable }: HistoryDependencies,
  roomId: string,
  applicationId: string,
): Promise<string[]> {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: devicesTable,
      IndexName: 'byRoom',
      KeyConditionExpression: 'roomId = :room',
      ExpressionAttributeValues: { ':room': roomId },
      ProjectionExpression: 'deviceId, applicationId',
      Limit: mostDevices + 1,
    }),
  );
  const devices = (Items as { deviceId: string; applicationId: string }[]).filter(
    (device) => device.applicationId === applicationId,
  );
  if (devices.length > mostDevices)
    throw badRequest([
      { in: 'path', field: 'roomId', detail: `the room has more than ${mostDevices} devices; ask device by device` },
    ]);
  return devices.map(({ deviceId }) => deviceId);
}

/** Rows as columns; by device, each device has columns of its own. */
function seriesOf(
  columns: readonly Column[],
  rows: readonly BinRow[],
  byDevice: boolean,
): Pick<Telemetry, 'times' | 'series'> {
  const times = [...new Set(rows.map(({ time }) => time))];
  const places = new Map(times.map((time, place) => [time, place]));
  const rowsByDevice = byDevice ? Map.groupBy(rows, ({ deviceId }) => deviceId) : new Map([[undefined, rows]]);
  return {
    times: times.map(iso),
    series: [...rowsByDevice].flatMap(([deviceId, ofDevice]) =>
      columns.map(({ metric, aggregate, unit, convert }, index) => {
        const values: Telemetry['series'][number]['values'] = times.map(() => null);
        for (const row of ofDevice) values[places.get(row.time) ?? 0] = convert(row.values[index] ?? null);
        return {
          ...(deviceId !== undefined && { deviceId }),
          metric,
          ...(aggregate !== undefined && { aggregate }),
          ...(unit !== undefined && { unit }),
          values,
        };
      }),
    ),
  };
}

function answer(event: APIGatewayProxyEventV2, format: 'json' | 'csv' | undefined, telemetry: Telemetry) {
  const vary = { vary: 'authorization, accept, accept-encoding' };
  const asCsv = format === undefined ? /\btext\/csv\b/i.test(event.headers['accept'] ?? '') : format === 'csv';
  if (!asCsv) return { body: telemetry, headers: vary };
  const headers = { ...vary, ...(telemetry.next !== undefined && { link: linkToNext(event, telemetry.next) }) };
  return { body: telemetryCsv(telemetry), type: 'text/csv; charset=utf-8' as const, headers };
}

/** RFC 8288, relative to what was asked for. */
function linkToNext({ rawQueryString }: APIGatewayProxyEventV2, next: string): string {
  const query = new URLSearchParams(rawQueryString);
  query.set('next', next);
  return `<?${query}>; rel="next"`;
}
