import { AwsError } from '../service.ts';

/** Binary values in base64, as they travel. */
export type MessageAttributes = Readonly<
  Record<string, { readonly DataType: string; readonly StringValue?: string; readonly BinaryValue?: string }>
>;

/** What somebody asks to publish. */
export interface Publication {
  readonly message: string;
  /** Text per protocol, when the message has a structure. */
  readonly structure: Readonly<Record<string, string>> | undefined;
  readonly subject: string | undefined;
  readonly attributes: MessageAttributes;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
}

/** A publication that the topic took. */
export interface Notification extends Publication {
  readonly messageId: string;
  readonly topicArn: string;
  /** Of FIFO topics. */
  readonly sequenceNumber: string | undefined;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** Bytes of a message with its attributes, and of all messages of a batch. */
export const messageLimit = 262_144;

export const invalidParameter = (reason: string) => new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);

/**
 * Reads one publication from the fields of the Query protocol (Amazon SNS API reference: Publish).
 * @throws AwsError InvalidParameter or InvalidParameterValue as SNS names what is wrong.
 */
export function readPublication(fields: ReadonlyMap<string, string>): Publication {
  const message = fields.get('Message') ?? '';
  if (message === '') throw invalidParameter('Empty message');
  const subject = fields.get('Subject');
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalidParameter('Subject');
  const attributes = readAttributes(fields);
  if (sizeOf(message, attributes) > messageLimit) throw invalidParameter('Message too long');
  return {
    message,
    structure: readStructure(fields.get('MessageStructure'), message),
    subject,
    attributes,
    groupId: fields.get('MessageGroupId'),
    deduplicationId: fields.get('MessageDeduplicationId'),
  };
}

export function sizeOf(message: string, attributes: MessageAttributes): number {
  let size = Buffer.byteLength(message);
  for (const [name, { DataType: type, StringValue: text = '', BinaryValue: bytes = '' }] of Object.entries(attributes))
    size +=
      Buffer.byteLength(name) + Buffer.byteLength(type) + Buffer.byteLength(text) + Buffer.byteLength(bytes, 'base64');
  return size;
}

function readStructure(structure: string | undefined, message: string): Publication['structure'] {
  if (structure === undefined) return undefined;
  if (structure !== 'json') throw invalidParameter('MessageStructure');
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const { default: fallback } = (parsed ?? {}) as { default?: unknown };
  if (typeof fallback !== 'string') throw invalidParameter('Message Structure - No default entry in JSON message body');
  return parsed as Record<string, string>;
}

function readAttributes(fields: ReadonlyMap<string, string>): MessageAttributes {
  const attributes: Record<string, MessageAttributes[string]> = {};
  for (let index = 1; fields.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
    const entry = `MessageAttributes.entry.${index}`;
    const name = fields.get(`${entry}.Name`) ?? '';
    const type = fields.get(`${entry}.Value.DataType`) ?? '';
    const text = fields.get(`${entry}.Value.StringValue`);
    const bytes = fields.get(`${entry}.Value.BinaryValue`);
    checkAttribute(name, type, text, bytes);
    attributes[name] = {
      DataType: type,
      ...(text !== undefined && { StringValue: text }),
      ...(bytes !== undefined && { BinaryValue: bytes }),
    };
  }
  return attributes;
}

/** AWS: "Amazon SNS message attributes", data types and validation. */
function checkAttribute(name: string, type: string, text: string | undefined, bytes: string | undefined): void {
  const wrong = (reason: string) => new AwsError('ParameterValueInvalid', reason);
  if (!/^(String|String\.Array|Number|Binary)$/.test(type))
    throw wrong(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  if (!(type === 'Binary' ? bytes : text))
    throw wrong(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
    );
  if (type === 'Number' && !Number.isFinite(Number(text)))
    throw wrong(`Could not cast message attribute '${name}' value to number.`);
  if (type === 'String.Array' && !isArray(text))
    throw wrong(`The message attribute '${name}' of type String.Array must be a JSON array.`);
}

function isArray(text: string | undefined): boolean {
  try {
    return Array.isArray(JSON.parse(text ?? ''));
  } catch {
    return false;
  }
}

/** A message's text for one protocol. */
export const textFor = ({ structure, message }: Publication, protocol: string): string =>
  structure ? (structure[protocol] ?? structure['default'] ?? '') : message;

const envelopeAttributes = (attributes: MessageAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue },
    ]),
  );

/** Nothing here could sign with a certificate of AWS. */
const signature = 'EXAMPLE';
const certificateOf = (region: string) => `https://sns.${region}.amazonaws.com/SimpleNotificationService-local.pem`;
const unsubscribeOf = (region: string, subscriptionArn: string) =>
  `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`;

/** What a queue gets that doesn't ask for raw delivery (AWS: "Fanout Amazon SNS notifications to Amazon SQS queues"). */
export function queueBody(notification: Notification, subscriptionArn: string, region: string): string {
  const { messageId, sequenceNumber, topicArn, subject, timestamp, attributes } = notification;
  return JSON.stringify({
    Type: 'Notification',
    MessageId: messageId,
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: textFor(notification, 'sqs'),
    Timestamp: timestamp,
    SignatureVersion: '1',
    Signature: signature,
    SigningCertURL: certificateOf(region),
    UnsubscribeURL: unsubscribeOf(region, subscriptionArn),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: envelopeAttributes(attributes) }),
  });
}

/** What a function gets (AWS: "Invoking Lambda functions with Amazon SNS notifications"). */
export function functionEvent(notification: Notification, subscriptionArn: string, region: string): unknown {
  const { messageId, topicArn, subject, timestamp, attributes } = notification;
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: 'Notification',
          MessageId: messageId,
          TopicArn: topicArn,
          Subject: subject ?? null,
          Message: textFor(notification, 'lambda'),
          Timestamp: timestamp,
          SignatureVersion: '1',
          Signature: signature,
          SigningCertUrl: certificateOf(region),
          UnsubscribeUrl: unsubscribeOf(region, subscriptionArn),
          MessageAttributes: envelopeAttributes(attributes),
        },
      },
    ],
  };
}
