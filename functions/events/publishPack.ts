import { PublishBatchCommand, type PublishBatchCommandOutput } from '@aws-sdk/client-sns';
import type { Sends } from '../platform/clients.ts';
import { attributesOf, type EventEnvelope } from './envelope.ts';

/** SNS takes ten messages and 256 KB a call (Amazon SNS API reference: PublishBatch). */
export const perCall = { items: 10, bytes: 250_000 };

/** An event as a message of a topic, with attributes to filter by. */
export interface Publication {
  readonly envelope: EventEnvelope;
  readonly message: string;
  /** Of an e-mail. */
  readonly subject?: string;
  /** `json`: the message has a text for each protocol. */
  readonly structure?: 'json';
}

/** What SNS counts: the texts and the attributes' names, types and values. */
export const publicationBytes = ({ message, subject = '', envelope }: Publication): number =>
  Buffer.byteLength(message) +
  Buffer.byteLength(subject) +
  Buffer.byteLength(JSON.stringify(attributesOf(envelope))) +
  10 * 'String'.length;

/** Why SNS did not take a publication. */
export interface Refusal {
  /** It would be refused again. */
  readonly isFinal: boolean;
  readonly reason: string;
}

/**
 * Publishes what fits in one call.
 * @returns what SNS did not take of it, and why
 * @throws the error of the call: nothing was published, or it is not known what
 */
export const publishPack =
  ({ sns, topicArn }: { readonly sns: Sends; readonly topicArn: string }) =>
  async <Each extends Publication>(pack: readonly Each[]): Promise<ReadonlyMap<Each, Refusal>> => {
    const { Failed = [] }: PublishBatchCommandOutput = await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: pack.map(({ message, subject, structure, envelope }, index) => ({
          Id: String(index),
          Message: message,
          ...(subject !== undefined && { Subject: subject }),
          ...(structure !== undefined && { MessageStructure: structure }),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributesOf(envelope)).map(([name, StringValue]) => [
              name,
              { DataType: 'String', StringValue },
            ]),
          ),
        })),
      }),
    );
    return new Map(
      Failed.flatMap(({ Id, SenderFault = false, Code, Message }) => {
        const publication = pack[Number(Id)];
        return publication === undefined
          ? []
          : [[publication, { isFinal: SenderFault, reason: `${Code}: ${Message}` }]];
      }),
    );
  };
