import type { JsonSchema } from './schemas.ts';

interface Field {
  /** As in `changes[].kind`; empty for the payload itself. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

type Schemas = Readonly<Record<string, JsonSchema>>;
/** Deeper schemas are named, not shown. */
const deepest = 4;

/** The fields of a payload, one below the other, for a table. */
export function fieldsOf(schema: JsonSchema, schemas: Schemas): Field[] {
  return within(schema, schemas, '', 0);
}

function within(given: JsonSchema, schemas: Schemas, path: string, depth: number): Field[] {
  const schema = resolve(given, schemas);
  if (depth > deepest) return [];
  const choices = choicesOf(schema);
  if (choices !== undefined) {
    const all = choices.flatMap((choice) => within(choice, schemas, path, depth));
    return all.filter(
      ({ path: one, type }, index) => index === all.findIndex((other) => other.path === one && other.type === type),
    );
  }
  if (schema['type'] === 'array') return within((schema['items'] ?? {}) as JsonSchema, schemas, `${path}[]`, depth);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as readonly string[];
  return properties.flatMap(([name, property]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [
      {
        path: at,
        type: typeOf(property, schemas),
        isRequired: required.includes(name),
        meaning: meaningOf(property, schemas),
      },
      ...within(property, schemas, at, depth + 1),
    ];
  });
}

const choicesOf = (schema: JsonSchema) => (schema['oneOf'] ?? schema['anyOf']) as readonly JsonSchema[] | undefined;

function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  // Draft 7 lets nothing stand beside a reference, so descriptions wrap it.
  const [only, ...more] = (schema['allOf'] ?? []) as readonly JsonSchema[];
  if (only !== undefined && more.length === 0) return { ...resolve(only, schemas), ...schema, allOf: [] };
  const reference = schema['$ref'];
  return typeof reference === 'string' ? resolve(schemas[reference.split('/').at(-1) ?? ''] ?? {}, schemas) : schema;
}

function typeOf(given: JsonSchema, schemas: Schemas): string {
  const schema = resolve(given, schemas);
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' | ');
  const choices = choicesOf(schema);
  if (choices !== undefined) return [...new Set(choices.map((choice) => typeOf(choice, schemas)))].join(' | ');
  if (schema['type'] === 'array') return `list of ${typeOf((schema['items'] ?? {}) as JsonSchema, schemas)}`;
  const { type = 'anything', format } = schema as { type?: string | readonly string[]; format?: string };
  return `${[type].flat().join(' | ')}${format === undefined ? '' : ` (${format})`}`;
}

function meaningOf(property: JsonSchema, schemas: Schemas): string {
  const { description = '', minimum, maximum, maxLength } = resolve(property, schemas) as Record<string, unknown>;
  const bounds = [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
  ].filter((bound) => bound !== false);
  return [String(description), bounds.join(', ')].filter((part) => part !== '').join('; ');
}
