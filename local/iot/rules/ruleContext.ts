import type { Value } from './values.ts';

/** What MQTT 5 carries beside a payload (AWS: "MQTT 5 supported features"). */
export interface MqttProperties {
  readonly contentType?: string;
  readonly payloadFormatIndicator?: boolean;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>;
}

/** One publish, as a rule sees it. */
export interface RuleContext {
  /** The payload's exact bytes. */
  readonly raw: Buffer;
  /** The payload as JSON, Undefined when it isn't; inside a nested query the element that is looked at. */
  readonly json: Value;
  readonly topic: string;
  /** Undefined when no MQTT client sent it. */
  readonly clientId: string | undefined;
  readonly principal: string | undefined;
  readonly sourceIp: string | undefined;
  readonly properties: MqttProperties | undefined;
  /** Epoch milliseconds at which the rules engine got it. */
  readonly timestamp: number;
  readonly traceId: string;
  readonly accountId: string;
  /** Values of the SET clause, by name with the @. */
  readonly variables: Map<string, Value>;
  /** A shadow, read with a role. @throws SqlEvaluationError when the role may not. */
  shadow(thingName: string, shadowName: string | undefined, roleArn: string): Value;
}

export type Expression = (context: RuleContext) => Value;

/** The context with another value in the place of the payload. */
export function within(context: RuleContext, json: Value): RuleContext {
  return Object.create(context, { json: { value: json } }) as RuleContext;
}

/** `*`: the payload as JSON, or its bytes. */
export const wholePayload: Expression = (context) => (context.json === undefined ? context.raw : context.json);

/** A statement that can't be evaluated for one message: its rule does nothing, and the log says so. */
export class SqlEvaluationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SqlEvaluationError';
  }
}
