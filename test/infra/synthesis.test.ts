import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { acceptFindings, checkFindings } from '../../lib/nagFindings.ts';
import { ComposedApp, composeApp } from './composedApp.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly unknown[];
    readonly suppressedViolations?: readonly { readonly ruleName: string; readonly acknowledgedAt: string }[];
  }[];
}

test('two syntheses write the same templates', () => {
  const [one, other] = [new ComposedApp({ stage: 'prod' }), new ComposedApp({ stage: 'prod' })];
  expect(JSON.stringify(one.templates)).toBe(JSON.stringify(other.templates));
});

test('no template names a folder of this machine', () => {
  expect(JSON.stringify(new ComposedApp().templates)).not.toContain(process.cwd());
});

test('a stack has the description and the tags of its stage', () => {
  for (const stack of Object.values(new ComposedApp({ stage: 'prod' }).stacks)) {
    expect(stack.templateOptions.description).toMatch(/^Fieldline: /);
    expect(stack.tags.tagValues()).toEqual({ application: 'fieldline', stage: 'prod' });
  }
});

test.each([{ stage: 'dev' }, { stage: 'prod', profile: 'thrifty', region: 'us-east-1', account: '444455556666' }])(
  'neither CloudFormation Validate nor cdk-nag finds more in %j than is accepted, and no less',
  (context) => {
    const { app, stacks } = composeApp(context);
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
