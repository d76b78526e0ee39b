import type { AttributeValue } from 'aws-lambda';

/**
 * A value of DynamoDB as a stream's record has it (Amazon DynamoDB API reference: AttributeValue), as JSON has it. The document
 * client reads what its own calls answer, not records.
 * @throws TypeError for sets and binary values, which JSON has not
 */
function fromAttributeValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.L !== undefined) return value.L.map(fromAttributeValue);
  if (value.M !== undefined) return fromImage(value.M);
  throw new TypeError(`There is no JSON for ${Object.keys(value).join()}.`);
}

/** An item. */
export const fromImage = (image: Readonly<Record<string, AttributeValue>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, fromAttributeValue(value)]));
