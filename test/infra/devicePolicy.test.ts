import { describe, expect, test } from '@jest/globals';
import { ComposedApp, list } from './composedApp.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: unknown;
}
const app = new ComposedApp({ stage: 'prod' });
const policyNamed = (suffix: string, composed = app) =>
  composed.resources('AWS::IoT::Policy').find(({ properties }) => properties.PolicyName.endsWith(suffix))?.properties
    .PolicyDocument;
const statements: Statement[] = policyNamed('-device').Statement;
const iot = 'arn:aws:iot:*:*:';
/** Where the claim certificate's policy names it. */
const inRegion = 'arn:aws:iot:eu-central-1:111122223333:';
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of AWS IoT
const itself = '${iot:Connection.Thing.ThingName}';

/** AWS: "AWS IoT Core policy actions": topic filters are subscribed to, and nothing else is done with them. */
const applies = (action: string, resource: string) =>
  (action === 'iot:Subscribe') === /^arn:aws:iot:[^:]+:[^:]+:topicfilter\//.test(resource);

const allowed = (of: readonly Statement[]) =>
  of
    .flatMap(({ Effect, Action, Resource }) =>
      list(Action).flatMap((action) =>
        list(Resource)
          .filter((resource) => applies(action, resource))
          .map((resource) => `${Effect} ${action} ${resource.replace(iot, '').replace(inRegion, '')}`),
      ),
    )
    .sort();

describe('the device policy', () => {
  test('names in every resource the thing that is connected, and has a wildcard only below it', () => {
    expect(statements.length).toBeGreaterThan(0);
    for (const resource of statements.flatMap((statement) => list(statement.Resource))) {
      const [before = '', after = '', ...more] = resource.replace(iot, '').split(itself);
      expect(more).toEqual([]);
      expect(resource).toContain(`/${itself}`);
      expect(before).not.toMatch(/[*?#+]/);
      expect(after).toMatch(/^(\/[a-z/]+)?(\/\*(\/response)?)?$/);
    }
  });

  test('lets a device connect as itself and speak of itself and its children, and that is all', () => {
    expect(allowed(statements)).toEqual(
      [
        `Allow iot:Connect client/${itself}`,
        ...[
          `$aws/rules/fieldline_prod_gateway/gateways/${itself}/devices/telemetry/*`,
          `$aws/rules/fieldline_prod_telemetry/devices/telemetry/${itself}`,
          `$aws/things/${itself}/shadow/*`,
          `devices/certificates/${itself}/*`,
          `devices/commands/${itself}/response`,
          `devices/events/${itself}/*`,
          `devices/heartbeat/${itself}`,
          `devices/register/${itself}`,
          `devices/telemetry/${itself}`,
          `gateways/${itself}/devices/commands/*/response`,
          `gateways/${itself}/devices/telemetry/*`,
        ].map((topic) => `Allow iot:Publish topic/${topic}`),
        ...[
          `$aws/things/${itself}/shadow/*`,
          `devices/certificates/${itself}/*`,
          `devices/commands/${itself}`,
          `gateways/${itself}/devices/commands/*`,
        ].flatMap((topic) => [`Allow iot:Receive topic/${topic}`, `Allow iot:Subscribe topicfilter/${topic}`]),
      ].sort(),
    );
  });

  test('lets a certificate that belongs to no thing connect as nobody', () => {
    const connect = statements.find(({ Action }) => Action === 'iot:Connect');
    expect(connect?.Condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
  });

  test('sends Basic Ingest to the rules that there are', () => {
    const rules = app.resources('AWS::IoT::TopicRule').map(({ properties }) => properties.RuleName);
    const named = statements
      .flatMap(({ Resource }) => list(Resource))
      .flatMap((resource) => /\$aws\/rules\/([^/]+)\//.exec(resource)?.[1] ?? []);
    expect(named).toHaveLength(2);
    for (const name of named) expect(rules).toContain(name);
  });

  // AWS: "AWS IoT Core endpoints and quotas": 2048 characters without white space.
  test('is short enough for AWS IoT, wherever and under whatever name', () => {
    const longest = new ComposedApp({ stage: 'a123456789012345', region: 'ap-northeast-1' });
    const inGovernmentCloud = 'arn:aws-us-gov:'.length - 'arn:aws:'.length;
    const text = JSON.stringify(policyNamed('-device', longest));
    const resources = text.match(/arn:aws:/g)?.length ?? 0;
    expect(text.length + resources * inGovernmentCloud).toBeLessThanOrEqual(2048);
  });
});

test('a claim certificate asks for a certificate and registers, under a client id that no device can have', () => {
  const [template] = app.resources('AWS::IoT::ProvisioningTemplate');
  const requests = [
    '$aws/certificates/create-from-csr/json',
    '$aws/certificates/create/json',
    `$aws/provisioning-templates/${template?.properties.TemplateName}/provision/json`,
  ];
  const answers = requests.flatMap((topic) => [`${topic}/accepted`, `${topic}/rejected`]);
  expect(allowed(policyNamed('-claim').Statement)).toEqual(
    [
      'Allow iot:Connect client/claim.*',
      ...requests.map((topic) => `Allow iot:Publish topic/${topic}`),
      ...answers.flatMap((topic) => [`Allow iot:Receive topic/${topic}`, `Allow iot:Subscribe topicfilter/${topic}`]),
    ].sort(),
  );
});
