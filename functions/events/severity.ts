import { type Event, type Severity, severities } from '../model/event.ts';

const warnings: ReadonlySet<string> = new Set(['device.offline']);
/** Ends of commands that are not what was wanted. */
const failures: ReadonlySet<unknown> = new Set(['failed', 'rejected', 'expired', 'timed-out']);

/** What a device or a person says of it counts; else what was refused, failed or went away is a warning. */
export function severityOf({ type, data }: Pick<Event, 'type' | 'data'>): Severity {
  const said = severities.find((one) => one === data['severity'] || one === severityWithin(data['data']));
  if (said !== undefined) return said;
  if (warnings.has(type) || type.endsWith('Refused')) return 'warning';
  if (type.endsWith('.commandEnded') && failures.has(data['state'])) return 'warning';
  return 'info';
}

/** In what a device told of. */
const severityWithin = (data: unknown): unknown =>
  typeof data === 'object' && data !== null && 'severity' in data ? data.severity : undefined;
