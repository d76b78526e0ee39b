import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { Sends } from '../platform/clients.ts';
import { MetricUnit, metrics } from '../platform/observe.ts';
import type { Command } from './command.ts';
import { type CommandMessage, commandTopic } from './protocol.ts';

/** Tells a device what to do, or its gateway. Who listens no more, gets it by a persistent session only while there is time for it. */
export const publishCommand =
  ({ iotData }: { readonly iotData: Sends }) =>
  async (command: Command, attemptId: string): Promise<void> => {
    const { deviceId, gatewayId, commandId, name, parameters, sentAt = Date.now(), timeoutSeconds } = command;
    const deadline = sentAt + timeoutSeconds * 1000;
    const message: CommandMessage = {
      commandId,
      attemptId,
      name,
      parameters,
      issuedAt: new Date(sentAt).toISOString(),
      deadline: new Date(deadline).toISOString(),
    };
    await iotData.send(
      new PublishCommand({
        topic: commandTopic(deviceId, gatewayId),
        qos: 1,
        payload: Buffer.from(JSON.stringify(message)),
        messageExpiry: Math.max(1, Math.ceil((deadline - Date.now()) / 1000)),
      }),
    );
    metrics.addMetric('CommandsPublished', MetricUnit.Count, 1);
  };
