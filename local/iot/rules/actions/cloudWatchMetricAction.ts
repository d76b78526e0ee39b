import { z } from 'zod';
import { type ActionKind, invalidMessage, parseSettings, roleArn } from './action.ts';
import { authorize } from './asRole.ts';

const settings = z.strictObject({
  metricNamespace: z.string(),
  metricName: z.string(),
  metricValue: z.string(),
  metricUnit: z.string(),
  metricTimestamp: z.string().optional(),
  roleArn,
});
const rates = [
  'Bytes',
  'Kilobytes',
  'Megabytes',
  'Gigabytes',
  'Terabytes',
  'Bits',
  'Kilobits',
  'Megabits',
  'Gigabits',
  'Terabits',
  'Count',
];
/** AWS: "MetricDatum", Unit. */
const units = new Set([
  ...rates,
  ...rates.map((unit) => `${unit}/Second`),
  'Seconds',
  'Microseconds',
  'Milliseconds',
  'Percent',
  'None',
]);
/** How far from now the time of a value may be (AWS: "PutMetricData"). Milliseconds. */
const window = { past: 14 * 24 * 3_600_000, future: 2 * 3_600_000 };

/** AWS: "CloudWatch metrics" of the rule actions. */
export const cloudWatchMetricAction: ActionKind = {
  settings: ['metricNamespace', 'metricName', 'metricValue', 'metricUnit', 'metricTimestamp', 'roleArn'],
  compile(given, { ports: { access, metrics }, template }) {
    const parsed = parseSettings(settings, given);
    const namespace = template('metricNamespace', parsed.metricNamespace);
    const name = template('metricName', parsed.metricName);
    const value = template('metricValue', parsed.metricValue);
    const unit = template('metricUnit', parsed.metricUnit);
    const timestamp =
      parsed.metricTimestamp === undefined ? undefined : template('metricTimestamp', parsed.metricTimestamp);
    return {
      name: 'CloudwatchMetricAction',
      resource: name,
      run({ event }) {
        const datum = {
          namespace: namespace(event),
          name: name(event),
          unit: unit(event),
          value: numberOf('value', value(event)),
          time: timestamp ? numberOf('timestamp', timestamp(event)) * 1000 : event.timestamp,
        };
        authorize(access, parsed.roleArn, 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': datum.namespace });
        if (!/^[^:]{1,255}$/.test(datum.namespace))
          throw invalidMessage(`'${datum.namespace}' is not a namespace of metrics`);
        if (datum.name === '' || datum.name.length > 255)
          throw invalidMessage(`'${datum.name}' is not the name of a metric`);
        if (!units.has(datum.unit)) throw invalidMessage(`'${datum.unit}' is not a unit of CloudWatch`);
        if (datum.time < event.timestamp - window.past || datum.time > event.timestamp + window.future)
          throw invalidMessage('The time of a metric is at most two weeks back and two hours ahead');
        metrics.add(datum);
      },
    };
  },
};

function numberOf(what: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw invalidMessage(`The metric's ${what} '${text}' is not a number`);
  return number;
}
