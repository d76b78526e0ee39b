import type { RuleContext } from '../../../../../local/iot/rules/ruleContext.ts';
import { compileSql } from '../../../../../local/iot/rules/statement.ts';
import { compileTemplate } from '../../../../../local/iot/rules/template.ts';
import type { Value } from '../../../../../local/iot/rules/values.ts';

/** A publish as a rule sees it: JSON, or a Buffer as it is. */
export function published(payload: unknown, given: Partial<RuleContext> = {}): RuleContext {
  return {
    raw: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
    json: Buffer.isBuffer(payload) ? undefined : (payload as Value),
    topic: 'devices/telemetry/a1',
    clientId: 'a1',
    principal: 'ba67293af50bf2506f5f93469686da660c7c844e7b3950bfb16813e0d31e9373',
    sourceIp: '192.158.1.38',
    properties: undefined,
    timestamp: 1_481_825_251_155,
    traceId: '12345678-1234-1234-1234-123456789012',
    accountId: '123456789012',
    variables: new Map(),
    shadow: () => undefined,
    ...given,
  };
}

/** What a whole statement hands to actions; `nothing` when its WHERE doesn't hold. */
export function run(sql: string, payload: unknown = {}, given: Partial<RuleContext> = {}): Value | 'nothing' {
  const compiled = compileSql(sql);
  const context = published(payload, given);
  return compiled.matches(context) ? compiled.select(context) : 'nothing';
}

export const select = (clause: string, payload: unknown = {}) => run(`SELECT ${clause} FROM 'devices/#'`, payload);

/** One expression's value. */
export const evaluate = (expression: string, payload: unknown = {}, given: Partial<RuleContext> = {}) =>
  run(`SELECT VALUE (${expression}) FROM 'a'`, payload, given);

export const fill = (template: string, payload: unknown = {}, given: Partial<RuleContext> = {}) =>
  compileTemplate(template, { variables: new Set(given.variables?.keys()), unavailable: new Map() })(
    published(payload, given),
  );
