import { AwsError } from '../service.ts';
import { type FauxMessage, queueAttributeNames } from './fauxqs.ts';
import { receivesOf } from './receiveCounts.ts';
import { parseServicePolicy } from './servicePolicy.ts';

type Body = Readonly<Record<string, unknown>>;

interface Entry {
  readonly Id?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType?: string; StringValue?: string; BinaryValue?: string }>
  >;
}

/** Attributes of FIFO queues that fauxqs stores and doesn't act on, with the value that it acts by (AWS: "High throughput for FIFO queues in Amazon SQS"). */
const honouredFifoValues = { DeduplicationScope: 'queue', FifoThroughputLimit: 'perQueue' };

/** What SQS refuses and fauxqs lets pass (Amazon SQS API reference), and what it takes and doesn't honour. @throws AwsError */
export function checkRequest(operation: string, body: Body): void {
  if (operation === 'GetQueueAttributes') {
    const unknown = ((body['AttributeNames'] ?? []) as string[]).find(
      (name) => name !== 'All' && !queueAttributeNames.includes(name),
    );
    if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  const attributes = (body['Attributes'] ?? {}) as Readonly<Record<string, string>>;
  if (attributes['Policy']) checkPolicy(attributes['Policy']);
  for (const [name, only] of Object.entries(honouredFifoValues)) {
    const value = attributes[name] ?? only;
    if (value !== only)
      throw new AwsError(
        'InvalidAttributeValue',
        `Invalid value for the parameter ${name}: ${value} (high throughput for FIFO queues) is not honoured by the local cloud; ${only} is.`,
      );
  }
  for (const entry of (body['Entries'] ?? []) as Entry[]) {
    if ((entry.Id ?? '').length > 80) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    checkMessage(entry);
  }
  checkMessage(body as Entry);
}

function checkPolicy(policy: string): void {
  try {
    parseServicePolicy(policy);
  } catch (error) {
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter Policy: ${(error as Error).message}`);
  }
}

function checkMessage({ DelaySeconds: delay, MessageAttributes: attributes = {} }: Entry): void {
  if (delay !== undefined && !(Number.isInteger(delay) && delay >= 0 && delay <= 900)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  if (Object.keys(attributes).length > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`,
    );
  }
  for (const [name, { DataType: type, StringValue: text, BinaryValue: bytes }] of Object.entries(attributes)) {
    if (!/^(String|Number|Binary)(\..+)?$/.test(type ?? '')) {
      throw new AwsError(
        'InvalidParameterValue',
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    }
    if (!(type?.startsWith('Binary') ? bytes : text)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
      );
    }
  }
}

interface Received extends Record<string, unknown> {
  readonly ReceiptHandle: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** What fauxqs answers without being asked for it (SQS gives attributes only by name), and counts otherwise. */
export function correctAnswer(
  operation: string,
  body: Body,
  answer: unknown,
  inFlight: (receiptHandle: string) => FauxMessage | undefined,
): unknown {
  if (operation === 'GetQueueAttributes' && body['AttributeNames'] === undefined) return {};
  if (operation !== 'ReceiveMessage') return answer;
  const { Messages: messages } = answer as { Messages?: Received[] };
  if (!messages) return {};
  const wantsAttributes = Boolean((body['MessageAttributeNames'] as string[] | undefined)?.length);
  return {
    Messages: messages.map(({ MessageAttributes, MD5OfMessageAttributes, Attributes, ...message }) => {
      const kept = inFlight(message.ReceiptHandle);
      return {
        ...message,
        ...(wantsAttributes && { MessageAttributes, MD5OfMessageAttributes }),
        ...(Attributes && {
          Attributes: {
            ...Attributes,
            ...(kept && Attributes['ApproximateReceiveCount'] && { ApproximateReceiveCount: String(receivesOf(kept)) }),
          },
        }),
      };
    }),
  };
}
