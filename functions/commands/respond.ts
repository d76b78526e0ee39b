import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { Sends } from '../platform/clients.ts';
import { type DeviceMessage, deviceMessage, eachByItself, readPayload } from '../platform/deviceMessage.ts';
import { logger, MetricUnit, metrics } from '../platform/observe.ts';
import { queueBody } from '../platform/queueBody.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { carryOut, type Effects } from './carryOut.ts';
import type { DeviceEvent } from './lifecycle.ts';
import { planResponse } from './plans.ts';
import { type CommandResponse, commandResponse } from './protocol.ts';

interface RespondDependencies {
  readonly effects: Effects;
  readonly sqs: Sends;
  readonly deadLetterQueueUrl: string;
}

/** Takes what devices answer: those of one device in their order, devices side by side. */
export const respondBatch =
  (dependencies: RespondDependencies): BatchHandler =>
  async (records) => {
    const devices = new Map<string, SQSRecord[]>();
    for (const record of records) {
      const sender = senderOf(record);
      devices.set(sender, [...(devices.get(sender) ?? []), record]);
    }
    const failed = await Promise.all(
      [...devices.values()].map((ofDevice) =>
        eachByItself(
          ofDevice,
          async ({ body }) => respond(dependencies, deviceMessage.parse(JSON.parse(body))),
          ({ messageId }, error) => logger.error('a response failed; SQS will deliver it again', { messageId, error }),
        ),
      ),
    );
    return { failed: failed.flat() };
  };

const senderOf = ({ body, messageId }: SQSRecord): string => {
  try {
    return deviceMessage.parse(JSON.parse(body)).deviceId;
  } catch {
    return messageId;
  }
};

async function respond(dependencies: RespondDependencies, message: DeviceMessage): Promise<void> {
  const { effects } = dependencies;
  const { deviceId, traceId, receivedAt } = message;
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

/** What is no response goes to the dead letters, with the reason. */
async function refuse({ sqs, deadLetterQueueUrl }: RespondDependencies, message: DeviceMessage, reason: string) {
  const { deviceId, traceId } = message;
  logger.warn('not a response to a command', { deviceId, traceId, reason });
  metrics.addMetric('ResponsesRefused', MetricUnit.Count, 1);
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterQueueUrl, MessageBody: queueBody({ reason, message }) }));
}
