import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type { DeviceType } from './deviceType.ts';

const mostKept = 200;

/**
 * Compiles data schemas of device types (W3C: "Web of Things (WoT) Thing Description 1.1", section "DataSchema"), each once for as long
 * as its type stays as it is. `unit` is a term of Thing Descriptions.
 * @returns a function of a type, the name of what the schema is of, and the schema; it throws an Error for one that can't be compiled: of a
 *   wrong pattern, as a rule
 */
export function typeSchemas(options: Pick<Options, 'verbose'> = {}) {
  const ajv = new Ajv({ allErrors: true, strict: false, logger: false, keywords: ['unit'], ...options });
  const kept = new Map<string, ValidateFunction>();
  return (
    { applicationId, typeName, version, createdAt }: DeviceType,
    name: string,
    schema: () => object,
  ): ValidateFunction => {
    const key = JSON.stringify([applicationId, typeName, createdAt, version, name]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= mostKept) kept.clear();
    const validate = ajv.compile(schema());
    kept.set(key, validate);
    return validate;
  };
}
