import type { ErrorObject, ValidateFunction } from 'ajv';
import type { DeviceType } from '../model/deviceType.ts';
import { isStorable, storableExpected } from '../model/identifiers.ts';
import { typeSchemas } from '../model/typeSchemas.ts';

/** Room for the rest of the event in what SNS and DynamoDB take, bytes. */
const mostBytes = 64 * 1024;

const schemas = typeSchemas();

/**
 * Checks an event that a device tells of against its type (W3C: "Web of Things (WoT) Thing Description 1.1", section
 * "EventAffordance"). Where the type says nothing of the data, any are taken.
 * @returns what is wrong with it and what would be right; undefined when nothing is
 */
export function problemOfEvent(type: DeviceType | undefined, name: string, data: unknown): string | undefined {
  if (type === undefined)
    return 'The device has no device type that says which events it has. Give it one that has this event.';
  const events = type.thingModel.events ?? {};
  const affordance = Object.hasOwn(events, name) ? events[name] : undefined;
  if (affordance === undefined) {
    const known = Object.keys(events);
    const hasEvents = known.length > 0 ? `It has ${known.join(', ')}.` : 'It has no events.';
    return `The device type '${type.typeName}' has no event '${name}'. ${hasEvents}`;
  }
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > mostBytes) return `The data of the event have ${bytes} bytes; at most ${mostBytes} are taken.`;
  if (!isStorable(data)) return `The data of the event can't be stored: ${storableExpected}.`;
  if (affordance.data === undefined) return undefined;
  const validate = validatorOf(type, name, affordance.data);
  if (typeof validate === 'string') return validate;
  if (validate(data)) return undefined;
  return (validate.errors ?? []).map(explain).join('; ').toWellFormed();
}

function validatorOf(type: DeviceType, name: string, schema: object): ValidateFunction | string {
  try {
    return schemas(type, name, () => schema);
  } catch (error) {
    return `The data of '${name}' in '${type.typeName}' can't be checked: ${(error as Error).message}.`;
  }
}

const explain = ({ instancePath, message = '', params }: ErrorObject): string =>
  `${instancePath === '' ? 'the data' : instancePath}: ${message}${
    'allowedValues' in params ? ` ${JSON.stringify(params['allowedValues'])}` : ''
  }`;
