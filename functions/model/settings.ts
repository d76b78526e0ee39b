import * as z from 'zod';
import { configuration } from './identifiers.ts';

/** What a person's front ends keep for them. */
export const userSettings = z
  .object({
    settings: configuration,
    /** 0: nothing was kept yet. */
    version: z.int().nonnegative(),
  })
  .meta({ id: 'UserSettings' });
export type UserSettings = z.infer<typeof userSettings>;

/** RFC 7396: what is named is replaced, and removed by null. */
export const settingsPatch = z.record(z.string().min(1).max(64), z.unknown()).meta({ id: 'SettingsPatch' });

type Settings = UserSettings['settings'];

/** As RFC 7396, "JSON Merge Patch", at the first level: a setting is one value, whatever its form. */
export function patchSettings(settings: Settings, patch: z.infer<typeof settingsPatch>): Settings {
  return Object.fromEntries(Object.entries({ ...settings, ...patch }).filter(([, value]) => value !== null));
}
