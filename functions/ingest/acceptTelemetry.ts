import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredApiKey } from '../model/apiKey.ts';
import type { Claims, verifySignature } from '../platform/access/apiKeySignature.ts';
import type { Sends } from '../platform/clients.ts';
import { notFound, Problem } from '../platform/http/problem.ts';
import type { limitRate } from '../platform/http/rateLimit.ts';
import { queueBody } from '../platform/queueBody.ts';
import { messageReferenceOf } from '../platform/records/messages.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import { messageIdOf } from '../telemetry/messageIdOf.ts';
import type { RoutedMessage } from '../telemetry/routedMessage.ts';
import { readProfile } from '../telemetry/stores/deviceProfiles.ts';
import { type Accepted, payloadLimit } from './operations.ts';

interface AcceptDependencies {
  readonly db: Sends;
  readonly devicesTable: string;
  readonly sqs: Sends;
  /** Where the topic rule sends what comes by MQTT. */
  readonly telemetryQueueUrl: string;
  readonly verify: ReturnType<typeof verifySignature>;
  /** Of one key. */
  readonly limitKey: ReturnType<typeof limitRate>;
  /** Of one address, for requests that are not signed as they should be. */
  readonly limitAddress: ReturnType<typeof limitRate>;
}

/** A payload as a device sent it, by whichever way. */
export interface Submission {
  readonly claims: Claims;
  readonly deviceId: string;
  readonly payload: Buffer;
  /** When API Gateway received it, epoch milliseconds. */
  readonly receivedAt: number;
  /** API Gateway's: one per request. */
  readonly requestId: string;
  readonly sourceIp: string;
}

/** The path that is signed, whichever way a payload takes, and whatever stands before it in the API's own address. */
export const signedPath = (deviceId: string): string => `/api/devices/${deviceId}/telemetry`;

/**
 * Takes a payload into the pipeline, as the topic rule takes those that come by MQTT.
 * @throws Problem 401 for who can't prove to be a key's holder, 404 for a device that is not the key's, 413, 429
 */
export const acceptTelemetry =
  (dependencies: AcceptDependencies) =>
  async (submission: Submission): Promise<Accepted> => {
    const { deviceId, payload, receivedAt, requestId } = submission;
    if (payload.length > payloadLimit)
      throw new Problem(
        413,
        'Content Too Large',
        `The payload has ${payload.length} bytes; at most ${payloadLimit} are taken, as by MQTT.`,
      );
    const key = await holderOf(dependencies, submission);
    await dependencies.limitKey(`apiKey:${submission.claims.key}`);
    const item = await readDevice(dependencies, deviceId, key);
    const message: RoutedMessage = {
      payload: payload.toString('base64'),
      deviceId,
      clientId: `apiKey:${key.keyId}`,
      principal: `apiKey:${submission.claims.key}`,
      receivedAt,
      traceId: requestId,
      attempt: 0,
    };
    await dependencies.sqs.send(
      new SendMessageCommand({ QueueUrl: dependencies.telemetryQueueUrl, MessageBody: queueBody(message) }),
    );
    const messageId = messageIdOf(payload, message, readProfile(item));
    const id = messageReferenceOf({ deviceId, messageId });
    return { id, deviceId, messageId, href: `/api/messages/${id}` };
  };

async function holderOf(
  { verify, limitAddress }: AcceptDependencies,
  { claims, deviceId, payload, sourceIp }: Submission,
): Promise<StoredApiKey> {
  try {
    return await verify(claims, { method: 'POST', path: signedPath(deviceId), body: payload });
  } catch (error) {
    if (error instanceof Problem) await limitAddress(`ip:${sourceIp}`);
    throw error;
  }
}

/** A key is of a device, of a gateway and the devices that it publishes for, or of all devices of its application. */
async function readDevice(
  { db, devicesTable }: AcceptDependencies,
  deviceId: string,
  key: StoredApiKey,
): Promise<Record<string, unknown>> {
  const { Item } = await db.send(new GetCommand({ TableName: devicesTable, Key: deviceKey(deviceId) }));
  const device = parseDevice(Item);
  const isOfKey =
    device?.applicationId === key.applicationId &&
    (key.deviceId === undefined || key.deviceId === deviceId || key.deviceId === device.gatewayId);
  if (!isOfKey) throw notFound('device', deviceId);
  return Item;
}
