import type { QueuePort } from '../ports.ts';
import type { AwsService } from '../service.ts';
import { callOf } from './callOf.ts';
import type { Faults } from './faults.ts';

/**
 * Rule actions and scheduled queries call services in process, not by the endpoint: what strikes there strikes here.
 * @param caller `rule`: rule actions
 */
export const serviceWithFaults = (service: AwsService, faults: Faults, caller?: 'rule'): AwsService => ({
  ...service,
  handle(request) {
    const work = () => service.handle(request);
    if (!faults.any) return work();
    return faults.call({ ...callOf(request, service.permissions(request)), ...(caller && { caller }) }, work);
  },
});

/** The queues as SQS actions see them. They send in the turn of the publish, so latency does not reach them. */
export const queuesWithFaults = (queues: QueuePort, faults: Faults): QueuePort => ({
  ...queues,
  send: (queueArn, body) =>
    faults.any
      ? faults.callNow({ service: 'sqs', operations: ['SendMessage'], caller: 'rule' }, () =>
          queues.send(queueArn, body),
        )
      : queues.send(queueArn, body),
});
