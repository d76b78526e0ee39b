import type { AggregateName } from './aggregates.ts';
import type { Bin } from './telemetryRange.ts';

export type Value = number | string | boolean | null;

interface Selection {
  /** What devices sent while they were in this application. */
  readonly applicationId: string;
  /** Epoch milliseconds; `to` is outside. */
  readonly from: number;
  readonly to: number;
}

export interface BinQuery extends Selection {
  readonly deviceIds: readonly string[];
  readonly bin: Bin;
  readonly columns: readonly { readonly metric: string; readonly aggregate: AggregateName }[];
  /** A row for each device and bin, or one for all devices together. */
  readonly byDevice: boolean;
}

export interface BinRow {
  /** When the bin begins, epoch milliseconds. */
  readonly time: number;
  readonly deviceId?: string;
  /** In the order of the columns. */
  readonly values: readonly Value[];
}

interface PointQuery extends Selection {
  readonly deviceId: string;
  readonly metrics: readonly string[];
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

export interface PointRow {
  /** Event time, epoch milliseconds. */
  readonly time: number;
  /** In the order of the metrics. */
  readonly values: readonly Value[];
}

/** The telemetry store, as queries see it. Metrics are those that a device is known to have. */
export interface TelemetryReader {
  /** Bins that hold points, in order. */
  readBins(query: BinQuery): Promise<BinRow[]>;
  /** Points that have one of the metrics at least. */
  readPoints(query: PointQuery): Promise<{ readonly points: PointRow[]; readonly hasMore: boolean }>;
}
