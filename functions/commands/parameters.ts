import type { ErrorObject, ValidateFunction } from 'ajv';
import type { DeviceType } from '../model/deviceType.ts';
import { typeSchemas } from '../model/typeSchemas.ts';
import { type FieldError, Problem } from '../platform/http/problem.ts';
import { findUnit, fromStored, toStored } from '../platform/units.ts';

type Action = NonNullable<DeviceType['thingModel']['actions']>[string];
type DataSchema = NonNullable<Action['input']>;
type Parameters = Readonly<Record<string, unknown>>;

const unprocessable = (detail: string, errors?: readonly FieldError[]) =>
  new Problem(422, 'Unprocessable Content', detail, errors && { errors });

/**
 * The parameters of a command as its device gets them: as its type's action wants them (W3C: "Web of Things (WoT) Thing Description
 * 1.1", section "ActionAffordance"), quantities in the unit that is said there.
 * @throws Problem 422 naming what the type can do, or each parameter that is wrong
 */
export function readParameters(type: DeviceType | undefined, name: string, parameters: Parameters): Parameters {
  if (type === undefined)
    throw unprocessable('The device has no device type that says what it can do. Give it one that has this action.');
  const actions = type.thingModel.actions ?? {};
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined) {
    const known = Object.keys(actions);
    const hasActions = known.length > 0 ? `It has ${known.join(', ')}.` : 'It has no actions.';
    throw unprocessable(`The device type '${type.typeName}' has no action '${name}'. ${hasActions}`);
  }
  const { input } = action;
  if (input === undefined) {
    const given = Object.keys(parameters);
    if (given.length === 0) return parameters;
    throw wrong(given.map((one) => [[one], `the action '${name}' takes no parameters`]));
  }
  const inUnits = convert(parameters, input, []);
  const validate = validatorOf(type, name, input);
  if (!validate(inUnits)) throw wrong((validate.errors ?? []).map(explain));
  return inUnits as Parameters;
}

const wrong = (errors: readonly (readonly [path: readonly string[], detail: string])[]): Problem => {
  const found = errors.map(([path, detail]) => ({
    in: 'body' as const,
    field: ['', 'parameters', ...path].map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/'),
    detail,
  }));
  return unprocessable(found.map(({ field, detail }) => `${field}: ${detail}`).join('; '), found);
};

/** `{"value": 68, "unit": "[degF]"}` where the schema says another unit of the same quantity. */
function convert(value: unknown, schema: DataSchema, path: readonly string[]): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((one, at) => convert(one, items, [...path, String(at)]));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (schema.unit !== undefined && 'unit' in value && 'value' in value && Object.keys(value).length === 2)
    return inUnit(value as { value: unknown; unit: unknown }, schema.unit, path);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
      return [name, property === undefined ? one : convert(one, property, [...path, name])];
    }),
  );
}

function inUnit(quantity: { value: unknown; unit: unknown }, wanted: string, path: readonly string[]): number {
  const { value, unit } = quantity;
  if (typeof value !== 'number') throw wrong([[[...path, 'value'], 'must be number']]);
  if (unit === wanted) return value;
  const [from, to] = [findUnit(String(unit)), findUnit(wanted)];
  if (from === undefined || to === undefined || from.stored !== to.stored)
    throw wrong([[[...path, 'unit'], `is not a unit that can be converted to ${wanted}`]]);
  return fromStored(to, toStored(from, value));
}

const schemas = typeSchemas({ verbose: true });

function validatorOf(type: DeviceType, action: string, input: DataSchema): ValidateFunction {
  try {
    return schemas(type, action, () => closed({ type: 'object', ...input }));
  } catch (error) {
    throw unprocessable(
      `The input of '${action}' in '${type.typeName}' can't be checked: ${(error as Error).message}.`,
    );
  }
}

/** What a schema does not name is refused: a misspelt parameter would otherwise do nothing, silently. */
function closed(schema: DataSchema): Record<string, unknown> {
  const { properties, items, default: _, ...rest } = schema;
  return {
    ...rest,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, closed(one)])),
      additionalProperties: false,
    }),
    ...(items !== undefined && { items: closed(items) }),
  };
}

function explain({ keyword, instancePath, message = '', params, parentSchema }: ErrorObject) {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') return [[...path, params['missingProperty']], 'is required'] as const;
  if (keyword === 'additionalProperties')
    return [[...path, params['additionalProperty']], 'is not a parameter of this action'] as const;
  if (keyword === 'enum') return [path, `must be one of ${JSON.stringify(params['allowedValues'])}`] as const;
  const unit = (parentSchema as DataSchema | undefined)?.unit;
  const isRange = keyword === 'minimum' || keyword === 'maximum';
  return [path, isRange && unit !== undefined ? `${message} ${unit}` : message] as const;
}
