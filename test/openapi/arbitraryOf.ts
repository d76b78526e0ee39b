import fc from 'fast-check';

/** A JSON Schema as zod-openapi writes them. */
// biome-ignore lint/suspicious/noExplicitAny: a schema is open JSON
export type Schema = any;

const deepest = 8;

/** Values that a schema of a document allows, and little else: formats and patterns included. */
export function arbitraryOf(
  schema: Schema,
  components: Readonly<Record<string, Schema>>,
  depth = 0,
): fc.Arbitrary<unknown> {
  const of = (inner: Schema) => arbitraryOf(inner, components, depth + 1);
  // A schema that contains itself ends somewhere: in what it allows to be left out.
  if (depth > deepest && schema.type === 'object' && (schema.required ?? []).length === 0) return fc.constant({});
  if (depth > deepest && schema.type === 'array' && (schema.minItems ?? 0) === 0) return fc.constant([]);
  if (schema.$ref !== undefined) return of(components[String(schema.$ref).split('/').at(-1) ?? '']);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(of));
  if (schema.allOf !== undefined)
    return fc.tuple(...schema.allOf.map(of)).map((parts: unknown[]) => Object.assign({}, ...parts));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => of({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 100_000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      // A tuple, as draft 7 writes it.
      if (Array.isArray(schema.items)) return fc.tuple(...schema.items.map(of));
      return fc.array(of(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 4),
      });
    case 'object':
      return objectOf(schema, of, depth);
    default:
      return depth > deepest ? fc.constant('deep') : fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (format === 'email') return fc.stringMatching(/^[a-z]{1,12}$/).map((name) => `${name}@example.com`);
  if (pattern !== undefined)
    return fc
      .stringMatching(new RegExp(pattern))
      .filter((text) => text.length >= minLength && text.length <= Math.max(maxLength, 128));
  return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40), unit: 'grapheme' });
}

function objectOf(
  { properties = {}, required = [], additionalProperties, propertyNames }: Schema,
  of: (schema: Schema) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const kept = Object.entries(properties).filter(([name]) => depth <= deepest || required.includes(name));
  const known = fc.record(Object.fromEntries(kept.map(([name, inner]) => [name, of(inner)])), {
    requiredKeys: required,
  });
  if (typeof additionalProperties !== 'object' || depth > deepest) return known;
  const names =
    propertyNames === undefined ? fc.stringMatching(/^[a-z]{1,8}$/) : (of(propertyNames) as fc.Arbitrary<string>);
  const further = fc.dictionary(names, of(additionalProperties), { maxKeys: 3 });
  return fc.tuple(known, further).map(([one, other]) => ({ ...other, ...(one as object) }));
}
