import { invalid } from './registryErrors.ts';

/** Attributes of a thing or thing group: names and values are text. */
export type Attributes = Readonly<Record<string, string>>;

export interface AttributePayload {
  readonly attributes?: Record<string, string | null>;
  /** Keep what is not named; without it an update replaces all. */
  readonly merge?: boolean;
}

/** AWS: "AWS IoT Core endpoints and quotas", thing registry limits. */
const limits = { untyped: 3, typed: 50, nameCharacters: 128, valueCharacters: 800 } as const;

/** @throws AwsError InvalidRequestException for a name, a value or a number of attributes that AWS does not take. */
export function checkAttributes(attributes: Attributes, typed: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!/^[a-zA-Z0-9_.,@/:#=[\]-]+$/.test(name) || name.length > limits.nameCharacters) {
      throw invalid(`Attribute name '${name}' must match [a-zA-Z0-9_.,@/:#=\\[\\]-]{1,${limits.nameCharacters}}.`);
    }
    if (
      typeof value !== 'string' ||
      !/^[a-zA-Z0-9_.,@/:#=[\]-]*$/.test(value) ||
      value.length > limits.valueCharacters
    ) {
      throw invalid(
        `The value of attribute '${name}' must match [a-zA-Z0-9_.,@/:#=\\[\\]-]{0,${limits.valueCharacters}}.`,
      );
    }
  }
  const allowed = typed ? limits.typed : limits.untyped;
  if (Object.keys(attributes).length > allowed) {
    throw invalid(`A thing with${typed ? '' : 'out'} a thing type has at most ${allowed} attributes.`);
  }
}

/** Applies an update; an empty value or null takes an attribute away. */
export function mergeAttributes(current: Attributes, payload: AttributePayload | undefined): Attributes {
  if (payload?.attributes === undefined) return current;
  const merged = { ...(payload.merge ? current : {}), ...payload.attributes };
  return Object.fromEntries(
    Object.entries(merged).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  );
}
