import { expect, test } from '@jest/globals';
import { ComposedApp, list } from './composedApp.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string;
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}
const app = new ComposedApp({ stage: 'prod' });
const [policy] = app.resources('AWS::IoT::Policy');
const statements: Statement[] = policy?.properties.PolicyDocument.Statement;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of AWS IoT
const itself = '${iot:Connection.Thing.ThingName}';

test('every resource ends in the name of the thing that is connected', () => {
  expect(statements.length).toBeGreaterThan(0);
  for (const resource of statements.flatMap((statement) => list(statement.Resource))) {
    expect(resource.split('/').at(-1)).toBe(itself);
    expect(resource.replaceAll(itself, '')).not.toMatch(/[*?#+]/);
  }
});

test('a device connects as itself, sends its telemetry and takes its commands, and that is all', () => {
  const iot = 'arn:aws:iot:eu-central-1:111122223333:';
  const allowed = statements.flatMap(({ Effect, Action, Resource }) =>
    list(Resource).map((resource) => `${Effect} ${Action} ${resource.replace(iot, '')}`),
  );
  expect(allowed.sort()).toEqual([
    `Allow iot:Connect client/${itself}`,
    `Allow iot:Publish topic/$aws/rules/fieldline_prod_telemetry/devices/telemetry/${itself}`,
    `Allow iot:Publish topic/devices/telemetry/${itself}`,
    `Allow iot:Receive topic/devices/commands/${itself}`,
    `Allow iot:Subscribe topicfilter/devices/commands/${itself}`,
  ]);
});

test('a certificate that belongs to no thing connects as nobody', () => {
  const connect = statements.find(({ Action }) => Action === 'iot:Connect');
  expect(connect?.Condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
});

test('Basic Ingest goes to the rule that there is', () => {
  const [rule] = app.resources('AWS::IoT::TopicRule');
  const topics = statements
    .flatMap(({ Resource }) => list(Resource))
    .filter((resource) => resource.includes('$aws/rules'));
  expect(topics).toEqual([expect.stringContaining(`topic/$aws/rules/${rule?.properties.RuleName}/devices/telemetry/`)]);
});
