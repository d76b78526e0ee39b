/** Names become columns of the telemetry store, and keys in DynamoDB and in JavaScript. */
const pattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;
/** Columns that the telemetry store has already. */
const taken: ReadonlySet<string> = new Set(['deviceId', 'deviceType', 'applicationId', 'time']);
/** Timestream's own (AWS: "Quotas", system identifiers). */
const reserved = /^(?:ts_|measure_name|measure_value)/;

/** What every JavaScript object has by inheritance (`constructor`, `toString`) can't be told from a key that is not there. */
const inherited = (name: string) => name in Object.prototype;

export const isMetricName = (name: string): boolean =>
  pattern.test(name) && !taken.has(name) && !reserved.test(name) && !inherited(name);

export const metricNameExpected = `a letter, then up to 63 letters, digits, '_', '.' or '-', and none of ${[...taken].join(', ')}, ts_…, measure_name…, measure_value… and the names of JavaScript's own object members,`;
