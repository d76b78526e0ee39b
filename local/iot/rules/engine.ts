import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../../context.ts';
import type { Action, ActionMessage } from './actions/action.ts';
import { compileAction } from './actions/actionKinds.ts';
import { authorize } from './actions/asRole.ts';
import { SqlSyntaxError } from './lexer.ts';
import { runWithRetries } from './retry.ts';
import { type MqttProperties, type RuleContext, SqlEvaluationError } from './ruleContext.ts';
import type { RulePorts } from './rulePorts.ts';
import { type CompiledSql, compileSql } from './statement.ts';
import { compileTemplate } from './template.ts';
import { createTopicIndex } from './topicIndex.ts';
import { type RuleAction, RuleRefused, type TopicRule } from './topicRule.ts';
import type { Value } from './values.ts';

/** A message as the broker accepted it. */
export interface Publication {
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string | undefined;
  /** Certificate id. */
  readonly principal: string | undefined;
  readonly sourceIp: string | undefined;
  /** Of MQTT 5. */
  readonly properties?: MqttProperties;
}

export interface RulesEngine {
  /** Makes or replaces a rule. @throws RuleRefused for what can't be honoured; a rule of that name stays as it was. */
  put(rule: TopicRule): void;
  delete(name: string): void;
  readonly rules: ReadonlyMap<string, TopicRule>;
  /**
   * Runs every rule that the topic selects; by Basic Ingest (`$aws/rules/<rule>/<topic>`) that rule alone. Answers a promise when
   * actions go on after this turn; it never rejects.
   */
  publish(publication: Publication): Promise<void> | undefined;
  /** Resolves when no action runs. */
  idle(): Promise<void>;
}

interface ReadyRule {
  readonly rule: TopicRule;
  readonly sql: CompiledSql;
  readonly actions: readonly Action[];
  readonly errorAction: Action | undefined;
}

/** One entry of `failures` in the message to an error action. */
interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

const basicIngest = /^\$aws\/rules\/([^/]+)\/(.+)$/s;
const actionsLimit = 10;

/** The rules engine of AWS IoT Core (AWS: "Rules for AWS IoT"). It runs in the turn in which the broker got the message. */
export function createRulesEngine(context: CloudContext, ports: RulePorts): RulesEngine {
  const rules = new Map<string, TopicRule>();
  const ready = new Map<string, ReadyRule>();
  const index = createTopicIndex<ReadyRule>();
  const running = new Set<Promise<void>>();

  const run = (subject: ReadyRule, event: RuleContext): Promise<void> | undefined => {
    const { rule, sql, actions } = subject;
    if (!rule.enabled) return undefined;
    let payload: Value;
    try {
      if (!sql.matches(event)) return undefined;
      payload = sql.select(event);
    } catch (error) {
      // As on AWS the error action is for actions: a statement that fails shows in the log alone.
      context.log.error(`SQL of rule ${rule.name} failed`, { topic: event.topic, error: messageOf(error) });
      return undefined;
    }
    const outcomes = actions.map((action) => runAction(action, { event, payload }));
    if (outcomes.some((outcome) => outcome instanceof Promise))
      return Promise.all(outcomes).then((all) => reportFailures(subject, event, all));
    return reportFailures(subject, event, outcomes as Array<Failure | undefined>);
  };

  const reportFailures = (
    { rule, errorAction }: ReadyRule,
    event: RuleContext,
    outcomes: ReadonlyArray<Failure | undefined>,
  ): Promise<void> | undefined => {
    const failures = outcomes.filter((outcome) => outcome !== undefined);
    const [first] = failures;
    if (!first) return undefined;
    context.log.warn(`rule ${rule.name} failed`, { topic: event.topic, error: first.errorMessage });
    if (!errorAction) return undefined;
    const reportLoss = (failure: Failure | undefined) => {
      const fields = { topic: event.topic, error: failure?.errorMessage };
      if (failure)
        context.log.error(`error action of rule ${rule.name} failed: the message is lost, as on AWS`, fields);
    };
    const outcome = runAction(errorAction, { event, payload: errorMessage(rule, event, failures) });
    if (outcome instanceof Promise) return outcome.then(reportLoss);
    reportLoss(outcome);
    return undefined;
  };

  const track = (work: Promise<void> | undefined): Promise<void> | undefined => {
    if (!work) return undefined;
    const tracked = work.catch((error: unknown) => context.log.error('a rule failed', { error: messageOf(error) }));
    running.add(tracked);
    void tracked.then(() => running.delete(tracked));
    return tracked;
  };

  return {
    rules,
    put(rule) {
      const compiled = compileRule(context, ports, rule);
      rules.set(rule.name, rule);
      ready.set(rule.name, compiled);
      index.delete(rule.name);
      if (compiled.sql.topicFilter !== undefined) index.set(rule.name, compiled.sql.topicFilter, compiled);
    },
    delete(name) {
      rules.delete(name);
      ready.delete(name);
      index.delete(name);
    },
    publish(publication) {
      const ingest = basicIngest.exec(publication.topic);
      if (!ingest) {
        const selected = index.match(publication.topic);
        if (selected.length === 0) return undefined;
        // Each rule has a context of its own: its variables, its time.
        const work = selected.flatMap(
          (rule) => run(rule, ruleContext(context, ports, publication, publication.topic)) ?? [],
        );
        return work.length > 0 ? track(Promise.all(work).then(() => undefined)) : undefined;
      }
      const rule = ready.get(ingest[1] ?? '');
      if (rule?.rule.enabled) return track(run(rule, ruleContext(context, ports, publication, ingest[2] ?? '')));
      context.log.warn('RuleNotFound: Basic Ingest names no active rule', { topic: publication.topic });
      return undefined;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function runAction(action: Action, message: ActionMessage): Failure | undefined | Promise<Failure | undefined> {
  const failure = (error: unknown): Failure => ({
    failedAction: action.name,
    failedResource: resourceOf(action, message.event),
    errorMessage: messageOf(error),
  });
  try {
    return runWithRetries(() => action.run(message))?.then(() => undefined, failure);
  } catch (error) {
    return failure(error);
  }
}

/** What the template of an action's resource can't name stays empty; why it can't is the failure itself. */
function resourceOf(action: Action, event: RuleContext): string {
  try {
    return action.resource(event);
  } catch {
    return '';
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function compileRule(context: CloudContext, ports: RulePorts, rule: TopicRule): ReadyRule {
  const without = (reason: string) => new Map([['get_thing_shadow', reason]]);
  const unavailable = ports.shadows ? new Map<string, string>() : without('needs shadows, which rules have not here');
  const sql = refusing(['sql'], () => compileSql(rule.sql, unavailable));
  if (rule.actions.length > actionsLimit)
    throw new RuleRefused(['actions'], `a rule has at most ${actionsLimit} actions`);
  const compile = (action: RuleAction, path: readonly string[], refused: ReadonlyMap<string, string>) => {
    const template = (property: string, text: string) =>
      refusing(property.split('.'), () =>
        compileTemplate(text, { variables: new Set(sql.variables), unavailable: refused }),
      );
    return refusing(path, () => compileAction(action, { context, ports, rule, template }));
  };
  return {
    rule,
    sql,
    actions: rule.actions.map((action, position) => compile(action, ['actions', String(position)], unavailable)),
    errorAction: rule.errorAction && compile(rule.errorAction, ['errorAction'], without('is not for error actions')),
  };
}

/** Puts the path before what is refused inside, and gives SQL that isn't right a path. */
function refusing<Result>(path: readonly string[], compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    if (error instanceof RuleRefused) throw new RuleRefused([...path, ...error.path], error.message);
    if (error instanceof SqlSyntaxError) throw new RuleRefused(path, error.message);
    throw error;
  }
}

/** What an error action gets (AWS: "Error handling (error action)", message format). */
function errorMessage(rule: TopicRule, event: RuleContext, failures: readonly Failure[]): Value {
  return {
    ruleName: rule.name,
    topic: event.topic,
    cloudwatchTraceId: event.traceId,
    clientId: event.clientId ?? 'N/A',
    sourceIp: event.sourceIp ?? 'N/A',
    base64OriginalPayload: event.raw.toString('base64'),
    failures: failures.map((failure) => ({ ...failure })),
  };
}

function ruleContext(context: CloudContext, ports: RulePorts, publication: Publication, topic: string): RuleContext {
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
    sourceIp: publication.sourceIp,
    properties: publication.properties,
    timestamp: Date.now(),
    traceId: randomUUID(),
    accountId: context.accountId,
    variables: new Map(),
    shadow(thingName, shadowName, roleArn) {
      const thing = `arn:aws:iot:${context.region}:${context.accountId}:thing/${thingName}`;
      try {
        authorize(
          ports.access,
          roleArn,
          'iot:GetThingShadow',
          shadowName === undefined ? thing : `${thing}/${shadowName}`,
        );
      } catch (error) {
        throw new SqlEvaluationError(messageOf(error));
      }
      return ports.shadows?.read(thingName, shadowName) as Value;
    },
  };
}
