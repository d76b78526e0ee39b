import type { DeviceType } from '../model/deviceType.ts';
import { isStorable, storableExpected } from '../model/identifiers.ts';
import { type FieldError, pointer } from '../platform/http/problem.ts';
import type { Tree } from './shadowTree.ts';

type Property = NonNullable<DeviceType['thingModel']['properties']>[string];

/**
 * What is wrong with desired values. A device type says which properties there are and what they may be (W3C: "Web of Things (WoT) Thing
 * Description 1.1", section "PropertyAffordance"); without one, a device takes any JSON. To take a value away is always right.
 */
export function wrongValues(desired: Tree, type: DeviceType | undefined): FieldError[] {
  return Object.entries(desired).flatMap(([name, value]) => {
    const detail = value === null ? undefined : type === undefined ? wrongJson(value) : wrongFor(type, name, value);
    return detail === undefined ? [] : [{ in: 'body' as const, field: pointer([name]), detail }];
  });
}

function wrongJson(value: unknown): string | undefined {
  if (!isStorable(value)) return storableExpected;
  return hasNullInArray(value) ? 'a shadow takes no null in an array' : undefined;
}

const hasNullInArray = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((Array.isArray(value) && value.includes(null)) || Object.values(value).some(hasNullInArray));

function wrongFor({ typeName, thingModel }: DeviceType, name: string, value: unknown): string | undefined {
  const properties = thingModel.properties ?? {};
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property === undefined) {
    const known = Object.entries(properties).flatMap(([one, { readOnly }]) => (readOnly ? [] : [one]));
    return `is no property of the device type '${typeName}', of which ${known.join(', ') || 'none'} can be set`;
  }
  return property.readOnly ? `is read-only in the device type '${typeName}'` : wrongOf(property, value);
}

function wrongOf({ type, minimum, maximum, unit, enum: one, maxLength }: Property, value: unknown): string | undefined {
  const isRight = type === 'integer' ? Number.isInteger(value) : typeof value === type;
  if (!isRight) return `must be ${type === 'integer' ? 'an' : 'a'} ${type}`;
  const of = unit === undefined ? '' : ` ${unit}`;
  if (minimum !== undefined && (value as number) < minimum) return `must be at least ${minimum}${of}`;
  if (maximum !== undefined && (value as number) > maximum) return `must be at most ${maximum}${of}`;
  if (one !== undefined && !one.some((allowed) => allowed === value)) return `must be one of ${JSON.stringify(one)}`;
  if (maxLength !== undefined && (value as string).length > maxLength)
    return `must have at most ${maxLength} characters`;
  return isStorable(value) ? undefined : storableExpected;
}
