import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';

/** What a topic rule makes of a device's message: its exact bytes, and an identity that comes from the broker. */
export const deviceMessage = z.object({
  /** The payload's exact bytes, base64. */
  payload: z.base64(),
  deviceId: z.string().min(1),
  /** Certificate id. Absent when the rule's error action brought it. */
  principal: z.string().optional(),
  /** When the rule received it, epoch milliseconds. */
  receivedAt: z.number().int().positive(),
  /** The broker's trace id: one per publish, the same in every redelivery of it. */
  traceId: z.string().min(1),
});
export type DeviceMessage = z.infer<typeof deviceMessage>;

/** The JSON that a device sent. */
export function readPayload<Schema extends z.ZodType>(
  { payload }: Pick<DeviceMessage, 'payload'>,
  schema: Schema,
): { readonly value: z.output<Schema> } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload, 'base64').toString() || '{}');
  } catch (error) {
    return { problem: `The payload is not JSON: ${(error as Error).message.toWellFormed()}.` };
  }
  const result = schema.safeParse(json);
  if (result.success) return { value: result.data };
  const problems = result.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  return { problem: problems.join('; ').toWellFormed() };
}

/** Handles messages one after the other, each by itself. @returns those that SQS must deliver again */
export async function eachByItself(
  records: readonly SQSRecord[],
  handle: (record: SQSRecord) => Promise<void>,
  onFailure: (record: SQSRecord, error: Error) => void,
): Promise<SQSRecord[]> {
  const failed: SQSRecord[] = [];
  for (const record of records) {
    try {
      await handle(record);
    } catch (error) {
      onFailure(record, error as Error);
      failed.push(record);
    }
  }
  return failed;
}
