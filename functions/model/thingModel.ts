import * as z from 'zod';
import { isMetricName, metricNameExpected } from '../telemetry/metricName.ts';
import { isStorable, storableExpected, unit } from './identifiers.ts';

/**
 * A Thing Model: what all devices of a type have in common (W3C: "Web of Things (WoT) Thing Description 1.1", section "Thing
 * Model"). Terms that nothing here would honour, as `tm:ref` or `links`, are refused by name.
 */
const described = {
  title: z.string().max(128).optional(),
  description: z.string().max(1024).optional(),
};

const range = {
  minimum: z.number().optional(),
  maximum: z.number().optional(),
};

const spans = ({ minimum, maximum }: { minimum?: number | undefined; maximum?: number | undefined }) =>
  minimum === undefined || maximum === undefined || minimum <= maximum;
const turnedRound = { message: 'minimum is above maximum', path: ['minimum'] };

/** A name of an action, an event or a parameter. */
const termName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, "is a letter, then up to 63 letters, digits, '_', '.' or '-'");

interface DataSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null' | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly unit?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly pattern?: string | undefined;
  readonly enum?: (string | number | boolean)[] | undefined;
  readonly const?: string | number | boolean | undefined;
  readonly default?: unknown;
  readonly properties?: Record<string, DataSchema> | undefined;
  readonly required?: string[] | undefined;
  readonly items?: DataSchema | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** The part of JSON Schema that Thing Descriptions take over. */
const dataSchema: z.ZodType<DataSchema> = z
  .strictObject({
    type: z.enum(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']).optional(),
    ...described,
    unit: unit.optional(),
    ...range,
    minLength: z.int().nonnegative().optional(),
    maxLength: z.int().nonnegative().optional(),
    pattern: z.string().max(256).optional(),
    enum: z.array(scalar).min(1).max(100).optional(),
    const: scalar.optional(),
    default: z.unknown().optional(),
    get properties() {
      return z.record(termName, dataSchema).optional();
    },
    required: z.array(z.string()).max(100).optional(),
    get items() {
      return dataSchema.optional();
    },
    minItems: z.int().nonnegative().optional(),
    maxItems: z.int().nonnegative().optional(),
  })
  .refine(spans, turnedRound)
  .meta({ id: 'DataSchema' });

/** A metric: a number, a text or a boolean that devices of the type send. `minimum` and `maximum` are in its `unit`. */
const propertyAffordance = z
  .strictObject({
    type: z.enum(['number', 'integer', 'string', 'boolean'], 'a metric is a number, integer, string or boolean'),
    ...described,
    unit: unit.optional(),
    ...range,
    enum: z.array(scalar).min(1).max(100).optional(),
    maxLength: z.int().positive().optional(),
    default: scalar.optional(),
    readOnly: z.boolean().optional(),
    writeOnly: z.boolean().optional(),
    observable: z.boolean().optional(),
  })
  .refine(spans, turnedRound)
  .refine(
    ({ type, minimum, maximum, unit: of }) =>
      type === 'number' || type === 'integer' || [minimum, maximum, of].every((value) => value === undefined),
    { message: 'only a number or integer has a unit, a minimum or a maximum', path: ['type'] },
  )
  .refine(({ readOnly, writeOnly }) => !(readOnly && writeOnly), {
    message: 'is readOnly and writeOnly at once',
    path: ['readOnly'],
  })
  .meta({ id: 'PropertyAffordance' });

const actionAffordance = z
  .strictObject({
    ...described,
    /** Parameters of the command. */
    input: dataSchema.optional(),
    output: dataSchema.optional(),
    safe: z.boolean().optional(),
    idempotent: z.boolean().optional(),
    synchronous: z.boolean().optional(),
  })
  .meta({ id: 'ActionAffordance' });

const eventAffordance = z.strictObject({ ...described, data: dataSchema.optional() }).meta({ id: 'EventAffordance' });

const affordances = <Name extends z.core.$ZodRecordKey, Schema extends z.ZodType>(
  name: Name,
  schema: Schema,
  most: number,
) =>
  z
    .record(name, schema)
    .refine((value) => Object.keys(value).length <= most, `at most ${most}`)
    .optional();

const thingDescription11 = 'https://www.w3.org/2022/wot/td/v1.1';

export const thingModel = z
  .strictObject({
    '@context': z.literal(thingDescription11).default(thingDescription11),
    '@type': z.literal('tm:ThingModel').default('tm:ThingModel'),
    title: z.string().trim().min(1).max(128),
    description: z.string().max(1024).optional(),
    version: z.strictObject({ model: z.string().max(64) }).optional(),
    properties: affordances(
      z.string().refine(isMetricName, `is no metric name: ${metricNameExpected} is expected`),
      propertyAffordance,
      200,
    ),
    actions: affordances(termName, actionAffordance, 100),
    events: affordances(termName, eventAffordance, 100),
  })
  .refine((value) => isStorable(value), storableExpected)
  .meta({ id: 'ThingModel' });
export type ThingModel = z.infer<typeof thingModel>;
