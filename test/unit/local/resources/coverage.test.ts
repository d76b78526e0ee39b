import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { coverageFile, describeCoverage } from '../../../../local/coverage.ts';
import { coverageTable } from '../../../../local/resources/coverageTable.ts';

describe('docs/local-cloud.md', () => {
  test('is what the providers declare (write it anew with `node local/coverage.ts`)', async () => {
    expect(readFileSync(coverageFile, 'utf8')).toBe(await describeCoverage());
  });

  test('has every resource type that a provider is written for', () => {
    const root = join(import.meta.dirname, '../../../..');
    const sources = globSync('local/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
    const written = sources.flatMap((text) =>
      [...text.matchAll(/(?:type: |none\(\s*)'(AWS::[\w:]+)'/g)].map(([, type]) => type),
    );
    const listed = [...readFileSync(coverageFile, 'utf8').matchAll(/^\| `(AWS::[\w:]+)`/gm)].map(([, type]) => type);
    expect(written.length).toBeGreaterThan(10);
    expect(new Set(listed)).toEqual(new Set(written));
  });
});

test('properties without effect are grouped by their reason', () => {
  const table = coverageTable([
    {
      type: 'B',
      honoured: ['Name', 'Size'],
      noEffect: { Tags: 'not read', Kms: 'safe', Sse: 'safe' },
      provision: () => ({ ref: '', attributes: {} }),
    },
    { type: 'A', honoured: ['Name'], noEffect: { '*': 'no alarms' }, provision: () => ({ ref: '', attributes: {} }) },
  ]);
  expect(table.split('\n').slice(-3)).toEqual([
    '| `A` | `Name` | all else: no alarms |',
    '| `B` | `Name`, `Size` | `Tags`: not read; `Kms`, `Sse`: safe |',
    '',
  ]);
});
