import type { QueueMessage } from '../ports.ts';

/**
 * Message ids that the function reports as failed; all of them when its answer isn't of the form that AWS documents
 * ("Handling errors for an SQS event source in Lambda": success and failure conditions).
 */
export function failedItems(payload: unknown, batch: readonly QueueMessage[]): Set<string> | 'all' {
  const failures = (payload as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(batch.map((message) => message.messageId));
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}

export function eventRecord(message: QueueMessage, queueArn: string, region: string): Record<string, unknown> {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, value]) => [name, eventAttribute(value)]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** A message attribute as the event has it (AWS: "Using Lambda with Amazon SQS", example event). */
function eventAttribute(attribute: unknown): Record<string, unknown> {
  const { StringValue, BinaryValue, DataType } = attribute as {
    StringValue?: string;
    BinaryValue?: string;
    DataType: string;
  };
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
