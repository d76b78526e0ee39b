import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';

/** A JSON Schema, draft 7: AsyncAPI's own schemas are a superset of it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const definitionsPath = '#/definitions/';
const componentsPath = '#/components/schemas/';

/** Collects the schemas of a document: those with an id of their own become components, once, wherever they are used. */
export function schemaComponents() {
  const components = new Map<string, JsonSchema>();
  const keep = (id: string, schema: JsonSchema): void => {
    const known = components.get(id);
    if (known !== undefined && !isDeepStrictEqual(known, schema))
      throw new Error(`Two schemas have the id ${id}; each is one component of the document.`);
    components.set(id, schema);
  };

  return {
    components,

    /** @param name of the component that it becomes, unless it has an id; @returns the reference to it */
    add(name: string, schema: z.ZodType): { readonly $ref: string } {
      const { $schema, definitions, ...own } = z.toJSONSchema(schema, {
        target: 'draft-7',
        // Of what clients may write. What they read has as many fields, and maybe more.
        io: 'input',
        override: ({ jsonSchema }) => simplify(jsonSchema as Record<string, unknown>),
      });
      for (const [id, definition] of Object.entries(definitions ?? {}))
        keep(id, pointToComponents(definition) as JsonSchema);
      if (own.$ref !== undefined) return { $ref: own.$ref.replace(definitionsPath, componentsPath) };
      keep(name, pointToComponents(own) as JsonSchema);
      return { $ref: `${componentsPath}${name}` };
    },
  };
}

/** Takes away what says nothing to a reader: the pattern of a format, the bounds of every integer, that names are text. */
function simplify(schema: Record<string, unknown>): void {
  if (schema['format'] === 'date-time') delete schema['pattern'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (isDeepStrictEqual(schema['propertyNames'], { type: 'string' })) delete schema['propertyNames'];
  // AsyncAPI, as JSON Schema, has examples, not one.
  if ('example' in schema) {
    schema['examples'] = [schema['example']];
    delete schema['example'];
  }
}

function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === '$ref' && typeof inner === 'string'
        ? inner.replace(definitionsPath, componentsPath)
        : pointToComponents(inner),
    ]),
  );
}
