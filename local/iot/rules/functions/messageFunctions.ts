import { randomUUID } from 'node:crypto';
import type { RuleContext } from '../ruleContext.ts';
import { toNumber, toText, type Value } from '../values.ts';
import { ofValues, type Parameter, type SqlFunction } from './sqlFunction.ts';

const of = (read: (context: RuleContext) => Value) => ofValues(0, (_, context) => read(context));

/** Names that `get_mqtt_property` takes → the property. */
const mqttProperties: Readonly<Record<string, (context: RuleContext) => Value>> = {
  content_type: ({ properties }) => properties?.contentType,
  correlation_data: ({ properties }) => properties?.correlationData?.toString('utf8'),
  format_indicator: ({ properties }) => properties?.payloadFormatIndicator && 'UTF8_DATA',
  response_topic: ({ properties }) => properties?.responseTopic,
};

/** About the message and its sender. */
export const messageFunctions: Readonly<Record<string, SqlFunction>> = {
  accountid: of(({ accountId }) => accountId),
  clientid: of(({ clientId }) => clientId ?? 'n/a'),
  get_mqtt_property: {
    minimum: 1,
    maximum: 1,
    refuse: ([name]) =>
      Object.hasOwn(mqttProperties, name?.literal ?? '')
        ? undefined
        : `the property is written as one of ${Object.keys(mqttProperties).join(', ')}`,
    compile: ([name]) => mqttProperties[name?.literal ?? ''] ?? (() => undefined),
  },
  get_thing_shadow: {
    minimum: 2,
    maximum: 3,
    refuse: (parameters) =>
      parameters.at(-1)?.literal === undefined ? 'the role is written as a string in quotes' : undefined,
    compile: (parameters) => (context) => {
      const [thing, shadow] = parameters.slice(0, -1).map(({ evaluate }) => toText(evaluate(context)));
      if (thing === undefined || (parameters.length > 2 && shadow === undefined)) return undefined;
      return context.shadow(thing, shadow, (parameters.at(-1) as Parameter).literal ?? '');
    },
  },
  get_user_properties: ofValues(1, ([key], { properties: { userProperties = {} } = {} }) => {
    const found = typeof key === 'string' && Object.hasOwn(userProperties, key) ? userProperties[key] : undefined;
    return typeof found === 'object' ? [...found] : found;
  }),
  newuuid: of(() => randomUUID()),
  principal: of(({ principal }) => principal),
  sourceip: of(({ sourceIp }) => sourceIp),
  sql_version: of(() => '2016-03-23'),
  timestamp: of(({ timestamp }) => timestamp),
  topic: ofValues([0, 1], (values, { topic }) => {
    if (values.length === 0) return topic;
    const level = toNumber(values[0]);
    return level === undefined ? undefined : topic.split('/')[Math.floor(level) - 1];
  }),
  traceid: of(({ clientId, traceId }) => (clientId === undefined ? undefined : traceId)),
};
