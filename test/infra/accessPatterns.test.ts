import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { operations } from '../../functions/operations.ts';
import { ComposedApp, list } from './composedApp.ts';

const app = new ComposedApp();

test('no role may scan a table: every list is a Query', () => {
  const roles = app.resources('AWS::IAM::Role').map(({ name }) => name);
  expect(roles.length).toBeGreaterThan(5);
  const allowed = roles.flatMap((role) =>
    app.statements(role).flatMap(({ Action }) => list(Action).map((action) => ({ role, action: String(action) }))),
  );
  const matches = (action: string) =>
    new RegExp(`^${action.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test('dynamodb:Scan') ||
    // PartiQL's SELECT scans without a key (AWS: "IAM identity-based policies with PartiQL for DynamoDB").
    /^dynamodb:PartiQLSelect$/i.test(action);
  expect(allowed.filter(({ action }) => matches(action))).toEqual([]);
});

/** Rows of the page's first table: pattern, who asks, table or index, key condition. */
const rows = readFileSync(new URL('../../docs/access-patterns.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!pattern|---)/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, pattern = '', asks = '', place = '', key = '']) => ({
    pattern,
    asks,
    place: place.replaceAll('`', ''),
    key,
  }));

/** Partition and sort key of each table and index, as `Table` or `Table/index`. */
const places = new Map<string, string[]>(
  app.resources('AWS::DynamoDB::Table').flatMap(({ stack, name, properties }) => {
    const keysOf = (schema: { AttributeName: string }[]) => schema.map(({ AttributeName }) => AttributeName);
    if (stack !== 'Data' && stack !== 'Commands') return [];
    const indexes: { IndexName: string; KeySchema: { AttributeName: string }[] }[] = [
      ...(properties.GlobalSecondaryIndexes ?? []),
      ...(properties.LocalSecondaryIndexes ?? []),
    ];
    return [
      [name, keysOf(properties.KeySchema)] as const,
      ...indexes.map(({ IndexName, KeySchema }) => [`${name}/${IndexName}`, keysOf(KeySchema)] as const),
    ];
  }),
);

test('every access pattern goes to a table or index that is there, by its key', () => {
  expect(rows.length).toBeGreaterThan(20);
  for (const { pattern, place, key } of rows) {
    const keys = places.get(place);
    expect({ pattern, place, known: keys !== undefined }).toEqual({ pattern, place, known: true });
    const named = [...key.matchAll(/`(\w+)/g)].map(([, name]) => name);
    expect({ pattern, named: named.filter((name) => !keys?.includes(name ?? '')) }).toEqual({ pattern, named: [] });
    expect({ pattern, named }).toEqual({ pattern, named: expect.arrayContaining([keys?.[0]]) });
  }
});

test('every table and index has an access pattern that needs it', () => {
  const used = new Set(rows.map(({ place }) => place));
  expect([...places.keys()].filter((place) => !used.has(place))).toEqual([]);
});

test('an operation that the page names is one of the API', () => {
  const named = rows.flatMap(({ asks }) => [...asks.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !(name in operations))).toEqual([]);
});
