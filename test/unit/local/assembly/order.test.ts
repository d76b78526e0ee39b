// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and of Fn::Sub are written so.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { StackTemplate, TemplateOutput, TemplateResource } from '../../../../local/assembly/assembly.ts';
import { orderResources } from '../../../../local/assembly/order.ts';

const stack = (
  stackName: string,
  resources: Record<string, Omit<TemplateResource, 'Type'>>,
  outputs: Record<string, TemplateOutput> = {},
): StackTemplate => ({
  stackName,
  resources: Object.fromEntries(Object.entries(resources).map(([id, given]) => [id, { Type: 'Any', ...given }])),
  outputs,
  conditions: {},
  mappings: {},
  parameters: {},
  assets: new Map(),
});
const ordered = (...stacks: StackTemplate[]) =>
  orderResources(stacks).map(({ stack: { stackName }, logicalId }) => `${stackName}/${logicalId}`);
const uses = (value: unknown) => ({ Properties: { Value: value } });

// AWS: "DependsOn attribute", "Fn::ImportValue", "Outputs"
describe('the order of resources', () => {
  test.each<[title: string, given: Omit<TemplateResource, 'Type'>]>([
    ['Ref', uses({ Ref: 'B' })],
    ['Fn::GetAtt', uses({ 'Fn::GetAtt': ['B', 'Arn'] })],
    ['Fn::GetAtt in one string', uses({ 'Fn::GetAtt': 'B.Arn' })],
    ['Fn::Sub', uses({ 'Fn::Sub': 'x ${B} y' })],
    ['Fn::Sub of an attribute', uses({ 'Fn::Sub': '${B.Arn}' })],
    ['a variable of Fn::Sub', uses({ 'Fn::Sub': ['${X}', { X: { Ref: 'B' } }] })],
    ['a reference deep in lists', uses([{ a: [{ 'Fn::Join': ['', ['x', { Ref: 'B' }]] }] }])],
    ['DependsOn', { DependsOn: 'B' }],
    ['DependsOn of several', { DependsOn: ['C', 'B'] }],
  ])('%s puts what is needed first', (_, given) => {
    expect(ordered(stack('S', { A: given, B: {}, C: {} })).indexOf('S/B')).toBeLessThan(
      ordered(stack('S', { A: given, B: {}, C: {} })).indexOf('S/A'),
    );
  });

  test('a literal of Fn::Sub and a parameter need nothing', () => {
    expect(ordered(stack('S', { A: uses([{ 'Fn::Sub': '${!B}' }, { Ref: 'AWS::Region' }]), B: {} }))).toEqual([
      'S/A',
      'S/B',
    ]);
  });

  test('an import comes after what the other stack exports', () => {
    const data = stack(
      'Data',
      { Table: {} },
      { Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'Data:Arn' } } },
    );
    expect(ordered(stack('Api', { Function: uses({ 'Fn::ImportValue': 'Data:Arn' }) }), data)).toEqual([
      'Data/Table',
      'Api/Function',
    ]);
  });

  test('holds every resource once, behind all that it needs', () => {
    // Each resource may need those of a lower number, so that there is no cycle; the order in the template is any.
    const graph = fc.array(fc.uniqueArray(fc.nat(19), { maxLength: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.nat()), (needs, shuffle) => {
        const wanted = needs.map((of, index) => of.filter((other) => other < index));
        const ids = wanted
          .map((_, index) => ({ index, at: shuffle.next().value as number }))
          .sort((a, b) => a.at - b.at);
        const result = ordered(
          stack(
            'S',
            Object.fromEntries(
              ids.map(({ index }) => [`R${index}`, uses((wanted[index] ?? []).map((other) => ({ Ref: `R${other}` })))]),
            ),
          ),
        );
        expect(new Set(result).size).toBe(needs.length);
        wanted.forEach((of, index) => {
          for (const other of of) expect(result.indexOf(`S/R${other}`)).toBeLessThan(result.indexOf(`S/R${index}`));
        });
      }),
    );
  });

  test.each<[title: string, stacks: StackTemplate[], message: string]>([
    [
      'a cycle, without what only leads to it',
      [stack('S', { A: uses({ Ref: 'B' }), B: uses({ Ref: 'C' }), C: { DependsOn: 'B' } })],
      'Resources depend on each other: S/B → S/C → S/B.',
    ],
    [
      'a resource that needs itself',
      [stack('S', { A: uses({ Ref: 'A' }) })],
      'Resources depend on each other: S/A → S/A.',
    ],
    [
      'DependsOn of nothing',
      [stack('S', { A: { DependsOn: 'B' } })],
      'S/A depends on B, which is not in the template.',
    ],
    [
      'an import of nothing',
      [stack('S', { A: uses({ 'Fn::ImportValue': 'Other:Arn' }) })],
      "S/A imports 'Other:Arn', which no stack exports.",
    ],
    [
      'an import named by an expression',
      [stack('S', { A: uses({ 'Fn::ImportValue': { 'Fn::Sub': '${X}:Arn' } }) })],
      `S/A imports '{"Fn::Sub":"\${X}:Arn"}', which no stack exports.`,
    ],
    [
      'an export named by an expression',
      [stack('S', {}, { O: { Value: 1, Export: { Name: { Ref: 'AWS::StackName' } } } })],
      'S: an export named by an expression ({"Ref":"AWS::StackName"}) is not honoured.',
    ],
  ])('%s is named', (_, stacks, message) => {
    expect(() => orderResources(stacks)).toThrow(message);
  });

  test('a cycle over two stacks is named', () => {
    const output = (id: string): TemplateOutput => ({ Value: { Ref: id }, Export: { Name: `export of ${id}` } });
    const one = stack('One', { A: uses({ 'Fn::ImportValue': 'export of B' }) }, { O: output('A') });
    const two = stack('Two', { B: uses({ 'Fn::ImportValue': 'export of A' }) }, { O: output('B') });
    expect(() => orderResources([one, two])).toThrow('Resources depend on each other: One/A → Two/B → One/A.');
  });
});
