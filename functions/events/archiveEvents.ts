import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { SQSRecord } from 'aws-lambda';
import type { Sends } from '../platform/clients.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import type { EventEnvelope } from './envelope.ts';
import { type Arrival, readEvents } from './readEvents.ts';

/**
 * Writes a batch of events as gzipped lines of JSON, an object for each day that they happened on (UTC): the form that Athena and
 * DuckDB read (docs/events.md). The same events are the same object, so a batch that comes again overwrites itself; gathered
 * otherwise an event may be in two objects, under its one id.
 */
export const archiveEvents =
  ({ s3, bucket }: { readonly s3: Sends; readonly bucket: string }): BatchHandler =>
  async (records) => {
    const { arrivals, failed: unread } = readEvents(records);
    const failed: SQSRecord[] = [...unread];
    await Promise.all(
      [...byDay(arrivals)].map(async ([day, ofDay]) => {
        const { key, body } = objectOf(
          day,
          ofDay.map(({ envelope }) => envelope),
        );
        try {
          await s3.send(
            new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/gzip' }),
          );
          metrics.addMetric('EventsArchived', MetricUnit.Count, ofDay.length);
        } catch (error) {
          logger.error('events not archived; SQS will deliver them again', { key, error });
          failed.push(...ofDay.map(({ record }) => record));
        }
      }),
    );
    return { failed };
  };

function byDay(arrivals: readonly Arrival[]): Map<string, Arrival[]> {
  const days = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const day = arrival.envelope.timestamp.slice(0, 'YYYY-MM-DD'.length);
    days.set(day, [...(days.get(day) ?? []), arrival]);
  }
  return days;
}

/** In whatever order they came, and however often. */
function objectOf(day: string, envelopes: readonly EventEnvelope[]): { key: string; body: Buffer } {
  const unique = new Map(envelopes.map((envelope) => [envelope.id, envelope]));
  const sorted = [...unique.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const hash = createHash('sha256');
  for (const { id } of sorted) hash.update(id).update('\n');
  const lines = sorted.map((envelope) => `${JSON.stringify(envelope)}\n`);
  return {
    key: `events/dt=${day}/${hash.digest('hex').slice(0, 32)}.ndjson.gz`,
    body: gzipSync(lines.join('')),
  };
}
