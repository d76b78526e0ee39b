import { badRequest } from '../platform/http/problem.ts';
import type { DeviceState } from '../telemetry/stores/deviceState.ts';

/** A metric that was heard of. */
export interface KnownMetric {
  readonly kind: 'number' | 'string' | 'boolean';
  /** UCUM code of what is stored; what the device wrote, where that is none. */
  readonly unit: string | undefined;
}

/** The metrics of devices, by name: the newest value decides the unit. Only what is in here ever reaches a query. */
export function knownMetrics(states: Iterable<DeviceState>): Map<string, KnownMetric> {
  const newest = new Map<string, KnownMetric & { readonly time: number }>();
  for (const { metrics } of states) {
    for (const [metric, { value, unit, time }] of Object.entries(metrics)) {
      const known = newest.get(metric);
      if (known !== undefined && known.time >= time) continue;
      newest.set(metric, { kind: typeof value as KnownMetric['kind'], unit, time });
    }
  }
  return newest;
}

/** Of one request. */
const mostMetrics = 20;

/**
 * The metrics that a request asks for; all that will do, unless it names some.
 * @throws Problem 400 naming what there is
 */
export function chooseMetrics(
  known: ReadonlyMap<string, KnownMetric>,
  named: readonly string[] | undefined,
  willDo: (metric: KnownMetric) => boolean,
): string[] {
  const all = [...known.keys()].sort();
  const refuse = (detail: string) => badRequest([{ in: 'query', field: 'metrics', detail }]);
  const unknown = named?.find((metric) => !known.has(metric));
  if (unknown !== undefined)
    throw refuse(
      `'${unknown.slice(0, 64)}' was never heard of here; there ${all.length === 0 ? 'are no metrics' : `is ${list(all)}`}`,
    );
  const chosen =
    named === undefined ? all.filter((metric) => willDo(known.get(metric) as KnownMetric)) : [...new Set(named)];
  if (chosen.length > mostMetrics)
    throw refuse(`${chosen.length} metrics; name at most ${mostMetrics} of them: ${list(all)}`);
  return chosen;
}

const list = (names: readonly string[]) =>
  names.length <= mostMetrics
    ? names.join(', ')
    : `${names.slice(0, mostMetrics).join(', ')} and ${names.length - mostMetrics} more`;
