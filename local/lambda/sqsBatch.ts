import type { QueueMessage } from '../ports.ts';

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
