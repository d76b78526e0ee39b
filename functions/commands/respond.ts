import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import { deviceKey, parseDevice } from '../platform/records/registry.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import type { Command } from './command.ts';
import type { DeviceEvent } from './lifecycle.ts';
import { planResponse } from './plans.ts';
import { type CommandResponse, commandResponse } from './protocol.ts';

/** What a device says of a command, or the gateway that it is behind. */
const responseMessage = deviceMessage.extend({ gatewayId: z.string().min(1).optional() });
type ResponseMessage = z.infer<typeof responseMessage>;

interface RespondDependencies {
  readonly effects: Omit<Effects, 'tell'>;
  /** Those who watch; in the order of the commands. */
  readonly tellAtOnce: (commands: readonly Command[]) => Promise<void>;
  readonly findGateway: (deviceId: string) => Promise<string | undefined>;
  readonly sqs: Sends;
  readonly deadLetterQueueUrl: string;
}

type Responding = Omit<RespondDependencies, 'effects' | 'tellAtOnce'> & { readonly effects: Effects };

/** The gateway that a device is behind, as the registry has it now; strongly consistent. */
export const findGateway =
  ({ db, tableName: TableName }: { readonly db: Sends; readonly tableName: string }) =>
  async (deviceId: string): Promise<string | undefined> => {
    const { Item } = await db.send(new GetCommand({ TableName, Key: deviceKey(deviceId), ConsistentRead: true }));
    return parseDevice(Item)?.gatewayId;
  };

/**
 * Takes what devices answer: those of one device in their order, devices side by side. Then those who watch are told of all of it
 * together.
 */
export const respondBatch =
  ({ effects, tellAtOnce, ...rest }: RespondDependencies): BatchHandler =>
  async (records) => {
    const told: Command[] = [];
    const tell = async (command: Command) => void told.push(command);
    const dependencies = { ...rest, effects: { ...effects, tell } };
    const devices = new Map<string, SQSRecord[]>();
    for (const record of records) {
      const sender = senderOf(record);
      devices.set(sender, [...(devices.get(sender) ?? []), record]);
    }
    const failed = await Promise.all(
      [...devices.values()].map((ofDevice) =>
        eachByItself(
          ofDevice,
          async ({ body }) => respond(dependencies, responseMessage.parse(JSON.parse(body))),
          ({ messageId }, error) => logger.error('a response failed; SQS will deliver it again', { messageId, error }),
        ),
      ),
    );
    try {
      await tellAtOnce(told);
      return { failed: failed.flat() };
    } catch (error) {
      logger.error('those who watch were not told; SQS will deliver the responses again', { error: error as Error });
      return { failed: records };
    }
  };

const senderOf = ({ body, messageId }: SQSRecord): string => {
  try {
    return responseMessage.parse(JSON.parse(body)).deviceId;
  } catch {
    return messageId;
  }
};

async function respond(dependencies: Responding, message: ResponseMessage): Promise<void> {
  const { effects } = dependencies;
  const { deviceId, gatewayId, traceId, receivedAt } = message;
  // The policy lets a gateway speak of any device; the registry says whose child it is, at this moment.
  if (gatewayId !== undefined && (await dependencies.findGateway(deviceId)) !== gatewayId)
    return refuse(
      dependencies,
      message,
      `The gateway '${gatewayId}' answered for '${deviceId}', which is not behind it. Set the gatewayId of the device to the gateway's, if it is.`,
    );
  const read = readPayload(message, commandResponse);
  if ('problem' in read) return refuse(dependencies, message, read.problem);
  const { commandId, attemptId } = read.value;
  // By the topic's device: of another's command there is nothing to be found.
  const command = await effects.store.read({ deviceId, commandId });
  if (command === undefined || command.attemptId !== attemptId) {
    logger.warn('a response to what the device was not told', { deviceId, traceId, commandId, attemptId });
    metrics.addMetric('ResponsesUnknown', MetricUnit.Count, 1);
    return;
  }
  const plan = planResponse(commandId, eventOf(read.value, receivedAt));
  const { changed } = await carryOut(effects)(deviceId, plan, { known: [command] });
  metrics.addMetric(changed ? 'ResponsesTaken' : 'ResponsesLate', MetricUnit.Count, 1);
}

function eventOf({ attemptId, status, result, reason, percent, message }: CommandResponse, at: number): DeviceEvent {
  switch (status) {
    case 'acknowledged':
      return { type: 'acknowledge', attemptId, at };
    case 'progress':
      return {
        type: 'progress',
        attemptId,
        at,
        progress: { ...(percent !== undefined && { percent }), ...(message !== undefined && { message }) },
      };
    default:
      return { type: 'end', attemptId, at, outcome: status, result, reason };
  }
}

/** What is no response, or not of the one whose it says it is, goes to the dead letters, with the reason. */
async function refuse({ sqs, deadLetterQueueUrl }: Responding, message: ResponseMessage, reason: string) {
  const { deviceId, gatewayId, traceId } = message;
  logger.warn('not a response to a command', { deviceId, gatewayId, traceId, reason });
  metrics.addMetric('ResponsesRefused', MetricUnit.Count, 1);
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody({ reason, message }) }));
}
