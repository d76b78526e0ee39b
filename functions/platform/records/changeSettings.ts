import type * as z from 'zod';
import { configuration } from '../../model/identifiers.ts';
import { patchSettings, type settingsPatch, type UserSettings } from '../../model/settings.ts';
import { badRequest, fieldErrors } from '../http/problem.ts';

/**
 * Settings as a patch makes them.
 * @param field where the patch stands in the body, as RFC 6901 writes it
 * @throws Problem 400 when they are then too large, or of a form that can't be kept
 */
export function changeSettings(
  settings: UserSettings['settings'],
  patch: z.infer<typeof settingsPatch>,
  field: '' | '/settings',
): UserSettings['settings'] {
  const changed = configuration.safeParse(patchSettings(settings, patch));
  if (changed.success) return changed.data;
  throw badRequest(fieldErrors('body', changed.error).map((error) => ({ ...error, field: `${field}${error.field}` })));
}
