import { recordingClient } from '../platform/recordingClient.ts';

type Item = Record<string, unknown>;

/**
 * DynamoDB, as far as the stores use it: strongly consistent reads, INSERT where nothing is, UPDATE … WHERE key AND version.
 * @param keyNames partition and sort key, by table
 */
export function fakeTables(keyNames: Readonly<Record<string, readonly [string, string]>>) {
  const items = new Map<string, Item>();
  const keyOf = (table: string, item: Item) =>
    `${table}|${(keyNames[table] ?? []).map((name) => String(item[name])).join('|')}`;

  function execute({ Statement, Parameters }: { Statement: string; Parameters: unknown[] }) {
    const table = /"([^"]+)"/.exec(Statement)?.[1] ?? '';
    const isInsert = Statement.startsWith('INSERT');
    const names = [...Statement.matchAll(isInsert ? /'(\w+)': \?/g : /"(\w+)"=\?/g)].map(([, name]) => name ?? '');
    const given = Object.fromEntries(names.map((name, index) => [name, Parameters[index]]));
    const key = keyOf(table, given);
    const existing = items.get(key);
    if (isInsert) {
      if (existing) return { Error: { Code: 'DuplicateItem', Message: 'it is there' } };
      items.set(key, structuredClone(given));
      return {};
    }
    // Names come twice, in SET and in WHERE: the last parameter is the version that must be there.
    if (existing?.['version'] !== Parameters.at(-1))
      return { Error: { Code: 'ConditionalCheckFailed', Message: 'another version' } };
    const set = Object.fromEntries(
      [...Statement.matchAll(/SET "(\w+)"=\?/g)].map(([, name], index) => [name ?? '', Parameters[index]]),
    );
    items.set(key, structuredClone({ ...existing, ...set }));
    return {};
  }

  const client = recordingClient(({ name, input }) => {
    if (name === 'BatchExecuteStatementCommand') return { Responses: input.Statements.map(execute) };
    const tables = Object.entries(input.RequestItems as Record<string, { Keys: Item[] }>);
    return {
      Responses: Object.fromEntries(
        tables.map(([table, { Keys }]) => [
          table,
          Keys.flatMap((key) => structuredClone(items.get(keyOf(table, key))) ?? []),
        ]),
      ),
    };
  });
  return { ...client, items, put: (table: string, item: Item) => items.set(keyOf(table, item), item) };
}
