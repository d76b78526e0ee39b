import { z } from 'zod';
import { isObject, numberText, type Value } from '../values.ts';
import { type ActionKind, invalidMessage, parseSettings, roleArn } from './action.ts';
import { authorize, serviceAsRole } from './asRole.ts';

const settings = z.strictObject({
  databaseName: z.string(),
  tableName: z.string(),
  roleArn,
  dimensions: z
    .array(z.strictObject({ name: z.string(), value: z.string() }))
    .min(1)
    .max(128),
  timestamp: z
    .strictObject({ value: z.string(), unit: z.enum(['SECONDS', 'MILLISECONDS', 'MICROSECONDS', 'NANOSECONDS']) })
    .optional(),
});
const valuesLimit = 100;

/** AWS: "Timestream" of the rule actions: each attribute of the payload becomes a record, named by it. */
export const timestreamAction: ActionKind = {
  settings: [
    'databaseName',
    'tableName',
    'roleArn',
    'dimensions.*.name',
    'dimensions.*.value',
    'timestamp.value',
    'timestamp.unit',
  ],
  compile(given, setting) {
    const { roleArn: role, dimensions, timestamp, ...names } = parseSettings(settings, given);
    const databaseName = setting.template('databaseName', names.databaseName);
    const tableName = setting.template('tableName', names.tableName);
    const named = dimensions.map(({ name, value }, index) => ({
      name,
      value: setting.template(`dimensions.${index}.value`, value),
    }));
    const time = timestamp && setting.template('timestamp.value', timestamp.value);
    const call = serviceAsRole(setting, 'timestream', role);
    return {
      name: 'TimestreamAction',
      resource: tableName,
      run({ event, payload }) {
        if (!isObject(payload)) throw invalidMessage('The measures to write are not a JSON object');
        const records = Object.entries(payload).map(([name, value]) => ({
          MeasureName: name,
          ...measure(name, value),
        }));
        if (records.length > valuesLimit) throw invalidMessage(`More than ${valuesLimit} values for Timestream`);
        authorize(setting.ports.access, role, 'timestream:DescribeEndpoints', '*');
        const body = {
          DatabaseName: databaseName(event),
          TableName: tableName(event),
          CommonAttributes: {
            Dimensions: named.map(({ name, value }) => ({ Name: name, Value: value(event) })),
            Time: time?.(event) ?? String(event.timestamp),
            TimeUnit: timestamp?.unit ?? 'MILLISECONDS',
          },
          Records: records,
        };
        return call({ operation: 'WriteRecords', body: JSON.stringify(body) });
      },
    };
  },
};

/** The type that a value shows; objects and arrays are stored as JSON. */
function measure(name: string, value: Value): { MeasureValue: string; MeasureValueType: string } {
  if (typeof value === 'boolean') return { MeasureValue: String(value), MeasureValueType: 'BOOLEAN' };
  if (typeof value === 'number')
    return { MeasureValue: numberText(value), MeasureValueType: Number.isInteger(value) ? 'BIGINT' : 'DOUBLE' };
  if (typeof value === 'string') return { MeasureValue: value, MeasureValueType: 'VARCHAR' };
  if (value === null || value === undefined)
    throw invalidMessage(`The attribute ${name} is null, for which Timestream has no type`);
  return { MeasureValue: JSON.stringify(value), MeasureValueType: 'VARCHAR' };
}
