import * as z from 'zod';

/** AWS IoT Developer Guide: "Device Shadow service documents". */
const values = z.record(z.string(), z.unknown());
/** The same shape as the values, with `{timestamp}` in epoch seconds in place of each. */
const metadata = z.record(z.string(), z.unknown());
const section = <Schema extends z.ZodType>(schema: Schema) =>
  z.object({ desired: schema.optional(), reported: schema.optional() });

const clientToken = z.string().max(64).meta({ description: 'Any text; the answer has it again' });
const version = z.int().min(0);
const timestamp = z.int().meta({ description: 'Epoch seconds' });

export const shadowUpdate = z.object({
  state: section(values.nullable()).nullable().meta({ description: 'Objects merge; null takes away' }),
  version: version.optional().meta({ description: 'Refused (409) when the shadow has another' }),
  clientToken: clientToken.optional(),
});

export const shadowUpdated = z.object({
  state: section(values.nullable()).nullable(),
  metadata: section(metadata),
  version,
  timestamp,
  clientToken: clientToken.optional(),
});

export const shadowDelta = z.object({
  state: values.meta({ description: 'What is desired and not reported' }),
  metadata,
  version,
  timestamp,
  clientToken: clientToken.optional(),
});

const shadowState = z.object({ state: section(values), metadata: section(metadata), version });

export const shadowDocuments = z.object({
  previous: shadowState.optional(),
  current: shadowState,
  timestamp,
  clientToken: clientToken.optional(),
});

export const shadowQuestion = z.object({ clientToken: clientToken.optional() });

export const shadowDocument = z.object({
  state: section(values).extend({ delta: values.optional() }),
  metadata: section(metadata),
  version,
  timestamp,
  clientToken: clientToken.optional(),
});

export const shadowDeleted = z.object({ version, timestamp, clientToken: clientToken.optional() });

/** AWS IoT Developer Guide: "Device Shadow error messages". */
export const shadowRefusal = z.object({
  code: z.int(),
  message: z.string(),
  timestamp: timestamp.optional(),
  clientToken: clientToken.optional(),
});
