import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import { deviceMessage, eachByItself } from '../platform/deviceMessage.ts';
import { logger } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import { type Outcome, retirement, type rotation } from './rotation.ts';

/** What a device published on `devices/certificates/{deviceId}/{request}`. */
const certificateRequest = deviceMessage.extend({ request: z.string().min(1) });

interface RequestDependencies extends ReturnType<typeof rotation> {
  readonly iotData: Sends;
}

/** Answers devices on the topic of their request, with `accepted` or `rejected` behind it; retires what was replaced. */
export const handleCertificateRequests =
  ({ rotate, confirm, retire, iotData }: RequestDependencies): BatchHandler =>
  async (records) => {
    const answer = async (topic: string, outcome: Outcome) => {
      const [suffix, document] =
        'accepted' in outcome ? ['accepted', outcome.accepted] : ['rejected', { reason: outcome.rejected }];
      await iotData.send(
        new PublishCommand({ topic: `${topic}/${suffix}`, qos: 1, payload: Buffer.from(JSON.stringify(document)) }),
      );
    };
    const handle = async (body: unknown) => {
      const order = retirement.safeParse(body);
      if (order.success) return retire(order.data.retire);
      const message = certificateRequest.parse(body);
      const { deviceId, request, traceId } = message;
      // A level below every request, also one that nobody knows: on a level with them the rule would take it for a request.
      const topic = `devices/certificates/${deviceId}/${request}`;
      const ask = { rotate, confirm }[request];
      const outcome =
        ask === undefined
          ? { rejected: `There is no request '${request}': rotate and confirm are known.` }
          : await ask(message);
      if ('rejected' in outcome)
        logger.warn('certificate request rejected', { deviceId, request, traceId, reason: outcome.rejected });
      return answer(topic, outcome);
    };
    return {
      failed: await eachByItself(
        records,
        async ({ body }) => handle(JSON.parse(body)),
        ({ messageId }, error) =>
          logger.error('certificate request failed; SQS will deliver it again', { messageId, error }),
      ),
    };
  };
