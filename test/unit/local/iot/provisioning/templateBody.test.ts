// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of policies and templates
import { describe, expect, test } from '@jest/globals';
import { parseTemplate, planOf, TemplateError } from '../../../../../local/iot/provisioning/templateBody.ts';

const template = (given: object) =>
  parseTemplate(
    JSON.stringify({ Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'a' } } }, ...given }),
  );
const name = (ThingName: unknown, given: object = {}, parameters: Record<string, string> = {}) =>
  planOf(
    template({ Resources: { thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName } } }, ...given }),
    parameters,
  ).thing?.properties.ThingName;

// AWS: "Provisioning templates", intrinsic functions
describe('an intrinsic function', () => {
  const parameters = { Serial: '42', Site: 'Seattle' };
  const Mappings = { Places: { Seattle: { Code: 'sea' } } };
  test.each<[value: unknown, result: string]>([
    [{ Ref: 'Serial' }, '42'],
    [{ 'Fn::Join': ['-', ['station', { Ref: 'Serial' }]] }, 'station-42'],
    [{ 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    [{ 'Fn::Select': ['0', { 'Fn::Split': [',', 'x,y'] }] }, 'x'],
    [{ 'Fn::FindInMap': ['Places', { Ref: 'Site' }, 'Code'] }, 'sea'],
    [{ 'Fn::Sub': 'station-${Serial}' }, 'station-42'],
    [{ 'Fn::Sub': ['${Place}-${!Serial}-${Serial}', { Place: { Ref: 'Site' } }] }, 'Seattle-${Serial}-42'],
  ])('%j', (value, result) => {
    expect(name(value, { Mappings }, parameters)).toBe(result);
  });

  test.each<[value: unknown, message: string]>([
    [{ Ref: 'Nothing' }, "Parameter 'Nothing' has no value."],
    [{ 'Fn::Select': [5, ['a']] }, 'Fn::Select has no item 5.'],
    [{ 'Fn::FindInMap': ['a', 'b', 'c'] }, 'Fn::FindInMap finds nothing at a.b.c.'],
    [{ 'Fn::Base64': 'a' }, "The intrinsic function 'Fn::Base64' is not understood."],
  ])('%j fails', (value, message) => {
    expect(() => name(value)).toThrow(new TemplateError(message));
  });
});

// AWS: "Provisioning templates", parameters section
describe('parameters', () => {
  test('have defaults', () => {
    const Parameters = { Place: { Type: 'String', Default: 'here' } };
    expect(name({ Ref: 'Place' }, { Parameters })).toBe('here');
    expect(name({ Ref: 'Place' }, { Parameters }, { Place: 'there' })).toBe('there');
  });

  test('without a value fail', () => {
    expect(() => name('a', { Parameters: { Serial: { Type: 'String' } } })).toThrow("Parameter 'Serial' has no value.");
  });
});

describe('a template', () => {
  test.each<[title: string, body: string, message: string]>([
    ['that is no JSON', '{', 'The template body is not JSON.'],
    ['without resources', '{}', 'The template has no Resources.'],
    ['with another section', '{"Outputs":{}}', "Section 'Outputs' is not understood."],
    [
      'with another resource type',
      '{"Resources":{"a":{"Type":"AWS::IoT::Job"}}}',
      "a: resource type 'AWS::IoT::Job' is not understood.",
    ],
    [
      'with a billing group',
      '{"Resources":{"a":{"Type":"AWS::IoT::Thing","Properties":{"ThingName":"a","BillingGroup":"b"}}}}',
      "a: property 'BillingGroup' is not honoured.",
    ],
  ])('%s is refused', (_, body, message) => {
    expect(() => parseTemplate(body)).toThrow(message);
  });

  test("leaves a policy document's own variables alone", () => {
    const document = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'iot:Connect', Resource: 'client/${iot:ClientId}' }],
    };
    const plan = planOf(
      template({ Resources: { policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyDocument: document } } } }),
      {},
    );
    expect(plan.policies).toEqual([{ PolicyDocument: document }]);
  });
});
