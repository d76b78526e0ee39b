import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { acceptFindings, checkFindings } from '../../lib/nagFindings.ts';
import { composeApp } from './composeApp.ts';
import { ComposedApp } from './composedApp.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly unknown[];
    readonly suppressedViolations?: readonly { readonly ruleName: string; readonly acknowledgedAt: string }[];
  }[];
}

test('two syntheses write the same templates', () => {
  const { templates } = new ComposedApp({ stage: 'prod' });
  const stacks = Object.values(composeApp({ stage: 'prod' }).stacks);
  expect(stacks.map(({ node }) => node.id).sort()).toEqual(Object.keys(templates).sort());
  for (const stack of stacks)
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toBe(JSON.stringify(templates[stack.node.id]));
});

test('no template names a folder of this machine', () => {
  expect(JSON.stringify(new ComposedApp().templates)).not.toContain(process.cwd());
});

test('a stack has the description and the tags of its stage', () => {
  const { stacks, templates } = new ComposedApp({ stage: 'prod' });
  for (const [id, { tags }] of Object.entries(stacks)) {
    expect(templates[id].Description).toMatch(/^Fieldline: /);
    expect(tags).toEqual({ application: 'fieldline', stage: 'prod' });
  }
});

test.each([{ stage: 'dev' }, { stage: 'prod', profile: 'thrifty', region: 'us-east-1', account: '444455556666' }])(
  'neither CloudFormation Validate nor cdk-nag finds more in %j than is accepted, and no less',
  (context) => {
    const { app, stacks } = composeApp(context, { validates: true });
    acceptFindings(stacks);
    checkFindings(app);
    const { directory } = app.synth();
    const report: Report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));

    expect(report.pluginReports.map(({ pluginName }) => pluginName).sort()).toEqual([
      'AwsSolutions',
      'CloudFormation Validate',
    ]);
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    const found = report.pluginReports
      .flatMap(({ suppressedViolations = [] }) => suppressedViolations)
      .map(({ ruleName, acknowledgedAt }) => `${acknowledgedAt} ${ruleName}`);
    const accepted = app.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.keys(data).map((id) => `${node.path} ${id.replace(/^[\w-]+::/, '')}`)),
      );
    expect(accepted.length).toBeGreaterThan(0);
    expect(found.sort()).toEqual(accepted.sort());
  },
);

test('a finding that nobody accepted fails the synthesis, a warning too', () => {
  const { app } = composeApp();
  checkFindings(app);
  expect(() => app.synth()).toThrow(/ERROR The Timestream database does not use a Customer Managed KMS Key/);
});
