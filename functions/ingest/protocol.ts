import * as z from 'zod';
import { deviceId } from '../model/identifiers.ts';

/** Client → server: a payload as text, signed as one over HTTP is: over `POST` and the path of its device. */
export const telemetryRequest = z.object({
  action: z.literal('telemetry'),
  key: z.string().optional(),
  timestamp: z.union([z.string(), z.int().transform(String)]).optional(),
  nonce: z.string().optional(),
  signature: z.string().optional(),
  deviceId,
  body: z.string(),
});
