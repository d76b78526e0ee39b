import type { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

type Place = Pick<Stack, 'partition' | 'region' | 'account'>;

/**
 * Of a device's certificate: only as its own thing, only on its own topics, and as a gateway only below its own id (whose children
 * they are, the registry says). AWS IoT takes 2048 characters: region and account are left open, for a policy is good in its own
 * only.
 */
export function devicePolicy(
  { partition }: Pick<Place, 'partition'>,
  rules: { readonly telemetry: string; readonly gatewayTelemetry: string },
): PolicyDocument {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of AWS IoT
  const thing = '${iot:Connection.Thing.ThingName}';
  const allow = (actions: readonly string[], ...resources: string[]) =>
    new PolicyStatement({
      actions: actions.map((action) => `iot:${action}`),
      resources: resources.map((resource) => `arn:${partition}:iot:*:*:${resource}`),
    });
  const connect = allow(['Connect'], `client/${thing}`);
  connect.addCondition('Bool', { 'iot:Connection.Thing.IsAttached': 'true' });
  const children = `gateways/${thing}/devices`;
  return new PolicyDocument({
    statements: [
      connect,
      allow(
        ['Publish'],
        `topic/devices/telemetry/${thing}`,
        `topic/$aws/rules/${rules.telemetry}/devices/telemetry/${thing}`,
        `topic/${children}/telemetry/*`,
        `topic/$aws/rules/${rules.gatewayTelemetry}/${children}/telemetry/*`,
        `topic/${children}/commands/*/response`,
        `topic/devices/register/${thing}`,
        `topic/devices/heartbeat/${thing}`,
        `topic/devices/events/${thing}/*`,
        `topic/devices/commands/${thing}/response`,
      ),
      allow(['Publish', 'Receive'], `topic/devices/certificates/${thing}/*`, `topic/$aws/things/${thing}/shadow/*`),
      // One statement, for its length: topics are received from, topic filters subscribed to.
      allow(
        ['Receive', 'Subscribe'],
        `topic/devices/commands/${thing}`,
        `topicfilter/devices/commands/${thing}`,
        `topic/${children}/commands/*`,
        `topicfilter/${children}/commands/*`,
        `topicfilter/devices/certificates/${thing}/*`,
        `topicfilter/$aws/things/${thing}/shadow/*`,
      ),
    ],
  });
}

/**
 * Of a claim certificate, which many devices share: to ask for a certificate, and to register with it, under a client id that no
 * device can have (a device id has no dot).
 */
export function claimPolicy({ partition, region, account }: Place, templateName: string): PolicyDocument {
  const arn = (resource: string) => `arn:${partition}:iot:${region}:${account}:${resource}`;
  const requests = [
    '$aws/certificates/create/json',
    '$aws/certificates/create-from-csr/json',
    `$aws/provisioning-templates/${templateName}/provision/json`,
  ];
  const answers = requests.flatMap((request) => [`${request}/accepted`, `${request}/rejected`]);
  const allow = (action: string, resources: readonly string[]) =>
    new PolicyStatement({ actions: [action], resources: resources.map(arn) });
  return new PolicyDocument({
    statements: [
      allow('iot:Connect', ['client/claim.*']),
      allow(
        'iot:Publish',
        requests.map((topic) => `topic/${topic}`),
      ),
      allow(
        'iot:Subscribe',
        answers.map((topic) => `topicfilter/${topic}`),
      ),
      allow(
        'iot:Receive',
        answers.map((topic) => `topic/${topic}`),
      ),
    ],
  });
}
