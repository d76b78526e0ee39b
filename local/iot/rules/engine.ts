import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../../context.ts';
import type { AccessPort, QueuePort } from '../../ports.ts';
import { type CompiledSql, compileSql, type RuleContext } from './compile.ts';
import { createTopicIndex } from './topicIndex.ts';
import type { Value } from './values.ts';

/** A message as the broker accepted it. */
export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string | undefined;
  /** Certificate id. */
  readonly principal: string | undefined;
  readonly sourceIp: string | undefined;
}

export interface TopicRule {
  readonly name: string;
  readonly arn: string;
  readonly sql: string;
  readonly enabled: boolean;
  readonly actions: readonly SqsAction[];
  readonly errorAction: SqsAction | undefined;
}

/** The one kind of action so far: send to an SQS queue. */
export interface SqsAction {
  readonly queueArn: string;
  readonly queueUrl: string;
  readonly roleArn: string;
  readonly useBase64: boolean;
}

export interface RulesEngine {
  /** @throws SqlSyntaxError for SQL that can't be honoured. */
  put(rule: TopicRule): void;
  readonly rules: ReadonlyMap<string, TopicRule>;
  /** Runs every rule that the topic selects; by Basic Ingest (`$aws/rules/<rule>/<topic>`) that rule alone. */
  publish(publication: Publication): void;
}

const basicIngest = /^\$aws\/rules\/([^/]+)\/(.+)$/s;

/** The rules engine of AWS IoT Core (AWS: "Rules for AWS IoT"). It runs in the turn in which the broker got the message. */
export function createRulesEngine(context: CloudContext, queues: QueuePort, access: AccessPort): RulesEngine {
  const rules = new Map<string, TopicRule>();
  const compiled = new Map<string, CompiledSql>();
  const index = createTopicIndex<TopicRule>();

  const run = (rule: TopicRule, event: RuleContext, sourceIp: string | undefined) => {
    const sql = compiled.get(rule.name);
    if (!sql || !rule.enabled) return;
    const failures: Failure[] = [];
    let selected: Value;
    try {
      if (!sql.matches(event)) return;
      selected = sql.select(event);
    } catch (error) {
      failures.push({ failedAction: 'SqlEvaluation', failedResource: rule.name, errorMessage: String(error) });
    }
    if (failures.length === 0) {
      for (const action of rule.actions) {
        const failure = send(action, messageBody(selected, action));
        if (failure) failures.push(failure);
      }
    }
    if (failures.length > 0) reportFailures(rule, event, sourceIp, failures);
  };

  const send = (action: SqsAction, body: string): Failure | undefined => {
    try {
      if (!access.isAllowed(action.roleArn, 'sqs:SendMessage', action.queueArn)) {
        throw new Error(
          `The role ${action.roleArn} is not authorized to perform: sqs:SendMessage on resource: ${action.queueArn}`,
        );
      }
      queues.send(action.queueArn, body);
      return undefined;
    } catch (error) {
      return {
        failedAction: 'SqsAction',
        failedResource: action.queueUrl,
        errorMessage: error instanceof Error ? error.message : String(error),
      };
    }
  };

  const reportFailures = (
    rule: TopicRule,
    event: RuleContext,
    sourceIp: string | undefined,
    failures: readonly Failure[],
  ) => {
    context.log.warn(`rule ${rule.name} failed`, { topic: event.topic, error: failures[0]?.errorMessage });
    if (!rule.errorAction) return;
    const failure = send(rule.errorAction, JSON.stringify(errorEnvelope(rule, event, sourceIp, failures)));
    if (failure)
      context.log.error(`error action of rule ${rule.name} failed: the message is lost, as on AWS`, {
        topic: event.topic,
        error: failure.errorMessage,
      });
  };

  return {
    rules,
    put(rule) {
      const sql = compileSql(rule.sql);
      compiled.set(rule.name, sql);
      rules.set(rule.name, rule);
      index.set(rule.name, sql.topicFilter, rule);
    },
    publish(publication) {
      const ingest = basicIngest.exec(publication.topic);
      const event = ruleContext(context, publication, ingest?.[2] ?? publication.topic);
      if (ingest) {
        const rule = rules.get(ingest[1] ?? '');
        if (rule) run(rule, event, publication.sourceIp);
        return;
      }
      for (const rule of index.match(publication.topic)) run(rule, event, publication.sourceIp);
    },
  };
}

interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

/** What an error action gets (AWS: "Error handling (error action)", message format). */
function errorEnvelope(
  rule: TopicRule,
  event: RuleContext,
  sourceIp: string | undefined,
  failures: readonly Failure[],
) {
  return {
    ruleName: rule.name,
    topic: event.topic,
    cloudwatchTraceId: event.traceId,
    clientId: event.clientId ?? 'N/A',
    sourceIp: sourceIp ?? 'N/A',
    base64OriginalPayload: event.raw.toString('base64'),
    failures,
  };
}

function messageBody(selected: Value, { useBase64 }: SqsAction): string {
  const text = Buffer.isBuffer(selected)
    ? selected.toString(useBase64 ? 'base64' : 'utf8')
    : JSON.stringify(selected === undefined ? {} : selected);
  return useBase64 && !Buffer.isBuffer(selected) ? Buffer.from(text).toString('base64') : text;
}

function ruleContext(context: CloudContext, publication: Publication, topic: string): RuleContext {
  let json: Value;
  let parsed = false;
  return {
    raw: publication.payload,
    get json() {
      if (!parsed) {
        parsed = true;
        try {
          json = JSON.parse(publication.payload.toString('utf8')) as Value;
        } catch {
          json = undefined;
        }
      }
      return json;
    },
    topic,
    clientId: publication.clientId,
    principal: publication.principal,
    timestamp: Date.now(),
    traceId: randomUUID(),
    accountId: context.accountId,
  };
}
