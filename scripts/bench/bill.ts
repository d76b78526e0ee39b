import prices from './prices.json' with { type: 'json' };
import { callsIn, type Usage } from './usage.ts';

/** What a run of messages would cost on AWS, by service. USD per million messages. */
export type Bill = Readonly<Record<string, number>>;

/**
 * Prices measured usage. Calls and Lambda time are measured; what AWS does between the services is reckoned:
 * - the topic rule: one trigger, one action and one SQS send per message;
 * - an event source: a receive and a delete per invocation that a queue caused;
 * - DynamoDB: the record is two write units (itself and its index entry), a state at most two per message, a check two read units;
 * - Timestream: one 1 KB write per message.
 * Storage, idle polling, logs and the first free quantities are left out.
 */
export function billOf(
  usage: Usage,
  messages: number,
  options: { readonly basicIngest: boolean; readonly pushed: number },
): Bill {
  const { perMillion, lambdaGigabyteSecond } = prices;
  const perMessage = (count: number) => count / messages;
  return {
    'IoT Core':
      (options.basicIngest ? 0 : perMillion.iotMessage) + perMillion.iotRuleTriggered + perMillion.iotRuleAction,
    SQS: perMillion.sqsRequest * (1 + perMessage(callsIn(usage, 'sqs.') + 2 * usage.invocations)),
    Lambda:
      perMillion.lambdaRequest * perMessage(usage.invocations) +
      lambdaGigabyteSecond * 1_000_000 * perMessage(usage.gigabyteSeconds),
    DynamoDB:
      perMillion.dynamodbWriteUnit * 4 +
      perMillion.dynamodbReadUnit * (2 + perMessage(usage.calls.get('dynamodb.Query') ?? 0)),
    S3: perMillion.s3Put * perMessage(usage.calls.get('s3.PUT') ?? 0),
    Timestream: perMillion.timestreamWrite,
    WebSocket: perMillion.webSocketMessage * perMessage(options.pushed),
  };
}

export const pricesAsOf = `${prices.region}, ${prices.asOf}`;
