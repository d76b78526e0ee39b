import * as z from 'zod';
import { platformEnv } from '../platform/env.ts';

/** devices/read: the HTTP routes that list devices and show one with its latest values and messages. */
export const readDevicesEnv = z.object({
  ...platformEnv,
  DEVICES_TABLE: z.string().min(1),
  MESSAGES_TABLE: z.string().min(1),
});
