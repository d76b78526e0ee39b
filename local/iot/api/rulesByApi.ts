import { statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import type { RulesEngine } from '../rules/engine.ts';
import type { TopicRule } from '../rules/topicRule.ts';

const schema = `
CREATE TABLE IF NOT EXISTS iot_rule (name TEXT PRIMARY KEY, rule TEXT NOT NULL) WITHOUT ROWID;
`;

export type RulesByApi = ReturnType<typeof openRulesByApi>;

/** Topic rules made by the API: kept for the next start. Those of a template come with it. */
export function openRulesByApi(store: StateStore, rules: RulesEngine) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT name FROM iot_rule WHERE name = ?'),
    list: all('SELECT rule FROM iot_rule ORDER BY name'),
    put: run('INSERT OR REPLACE INTO iot_rule VALUES (?, ?)'),
    drop: run('DELETE FROM iot_rule WHERE name = ?'),
  };
  return {
    rules: rules.rules,
    /** Makes a rule of the API, or changes any. @throws RuleRefused */
    put(rule: TopicRule, made: boolean): void {
      rules.put(rule);
      if (made || q.get(rule.name)) q.put(rule.name, JSON.stringify(rule));
    },
    delete(name: string): void {
      rules.delete(name);
      q.drop(name);
    },
    /** Once the resources are there that the rules name; a rule of the template goes before one of the same name. */
    restore(): void {
      for (const row of q.list()) {
        const rule = JSON.parse(String(row['rule'])) as TopicRule;
        if (!rules.rules.has(rule.name)) rules.put({ ...rule, errorAction: rule.errorAction });
      }
    },
  };
}
