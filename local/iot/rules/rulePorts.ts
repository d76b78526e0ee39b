import type { AsyncInvocations } from '../../lambda/asyncInvocations.ts';
import type { AccessPort, FunctionPort, QueuePort } from '../../ports.ts';
import type { AwsService } from '../../service.ts';
import type { MetricLog } from './metricLog.ts';

/** Shadows, as `get_thing_shadow` reads them. */
interface ShadowReader {
  /** The whole document (`state`, `metadata`, `version`, `timestamp`); undefined when there is no such shadow. */
  read(thingName: string, shadowName: string | undefined): object | undefined;
}

/** What rules use of the rest of the cloud. An action or function that needs what is missing is refused with its rule. */
export interface RulePorts {
  readonly access: AccessPort & { trusts?(roleArn: string, service: string): boolean };
  readonly queues: QueuePort;
  readonly metrics: MetricLog;
  readonly functions?: Pick<FunctionPort, 'isInvocableBy'> | undefined;
  readonly invocations?: Pick<AsyncInvocations, 'invoke'> | undefined;
  /** APIs of the cloud that actions call as their role: S3, SNS, DynamoDB, Timestream. */
  readonly services?: readonly AwsService[] | undefined;
  readonly shadows?: ShadowReader | undefined;
  readonly publish?:
    | ((topic: string, payload: Buffer, options: { qos: 0 | 1; retain: boolean }) => Promise<void>)
    | undefined;
}
