import * as z from 'zod';
import { badRequest, fieldErrors } from './problem.ts';

/** The media types of a JSON Merge Patch (RFC 7396); plain JSON is read as one too. */
export const mergePatchTypes = ['application/merge-patch+json', 'application/json'] as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396, section 2: null removes, objects merge, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else if (value !== undefined) merged.set(name, mergePatch(merged.get(name), value));
  }
  // Of entries, lest a member named __proto__ be anything but a member.
  return Object.fromEntries(merged);
}

type Shape = Readonly<Record<string, z.ZodType>>;

/** Entries of a record in a merge patch: null removes one. */
export const patchOfRecord = z.record(z.string(), z.unknown()).nullable().optional();

/**
 * An entity after a merge patch; what is emptied and can't be missing is `empty` again.
 * @throws Problem 400 naming what the patch would make wrong
 */
export function patched<Entity extends object>(
  schema: z.ZodType<Entity>,
  entity: Entity,
  patch: object,
  empty: Partial<Entity> = {},
): Entity {
  const result = schema.safeParse({ ...empty, ...(mergePatch(entity, patch) as Entity) });
  if (!result.success) throw badRequest(fieldErrors('body', result.error));
  return result.data;
}

/** Fields that a patch may remove. */
export const removable = <Fields extends Shape>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, schema.nullable().optional()])) as {
    [Name in keyof Fields]: z.ZodOptional<z.ZodNullable<Fields[Name]>>;
  };
