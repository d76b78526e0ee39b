import { describe, expect, test } from '@jest/globals';
import { channels } from '../../functions/asyncChannels.ts';
import { type AsyncChannel, asyncParameters } from '../../functions/platform/asyncChannel.ts';
import { asyncApiDocument } from '../../lib/asyncapi/document.ts';
import { filterTakes } from '../../local/iot/topicFilter.ts';
import { resourceMatches } from '../../local/policy/evaluate.ts';
import { ComposedApp, list } from './composedApp.ts';

const stage = 'prod';
const app = new ComposedApp({ stage });

/** What stands for the device itself in a topic, as the variable of the thing name does in its policy. */
const itself = 'itself';
interface Topic {
  readonly topic: string;
  readonly action: 'send' | 'receive';
  readonly isClaim: boolean;
}
const parameters = Object.entries(asyncParameters).map(
  ([name, described]) => [name, 'enum' in described ? described.enum : ['other']] as const,
);

/** The topics of a channel: of this stage, of one device, with every value of what is enumerated. */
function topicsOf({ address, operations }: AsyncChannel): Topic[] {
  const own = address.includes('{gatewayId}') ? '{gatewayId}' : /\{(?:deviceId|clientId)\}/;
  let addresses = [address.replace('{stage}', stage).replace(own, itself)];
  for (const [name, values] of parameters)
    if (address.includes(`{${name}}`))
      addresses = addresses.flatMap((one) => values.map((value) => one.replace(`{${name}}`, value)));
  return addresses.flatMap((topic) =>
    Object.values(operations).map(({ action, security = [] }) => ({
      topic,
      action,
      isClaim: security.includes('claimCertificate'),
    })),
  );
}
const topics = Object.values(channels)
  .filter(({ servers }) => servers.includes('mqtt'))
  .flatMap(topicsOf);

/** AWS IoT tells of connections itself; no device may speak or hear there. */
const isLifecycle = ({ topic }: Topic) => topic.startsWith('$aws/events/');
/** What AWS IoT answers itself: shadows, fleet provisioning. */
const isOfAwsIot = ({ topic }: Topic) => /^\$aws\/(?:things|certificates|provisioning-templates)\//.test(topic);

const filters: string[] = app
  .resources('AWS::IoT::TopicRule')
  .map(({ properties }) => /FROM '([^']+)'/.exec(properties.TopicRulePayload.Sql)?.[1] ?? 'no FROM');
const withoutBasicIngest = (topic: string) => topic.replace(/^\$aws\/rules\/[^/]+\//, '');

describe.each([
  ['-device', false],
  ['-claim', true],
])('the topics of the policy %s', (suffix, isClaim) => {
  const policy = app.resources('AWS::IoT::Policy').find(({ properties }) => properties.PolicyName.endsWith(suffix));
  const allowed = (policy?.properties.PolicyDocument.Statement ?? []).flatMap(
    ({ Action, Resource }: { Action: string | string[]; Resource: string | string[] }) =>
      list(Action).flatMap((action) =>
        list(Resource).map((arn) => ({
          action,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of AWS IoT
          resource: app.text(arn).split(':').slice(5).join(':').replaceAll('${iot:Connection.Thing.ThingName}', itself),
        })),
      ),
  ) as { action: string; resource: string }[];
  const described = topics
    .filter((one) => one.isClaim === isClaim && !isLifecycle(one))
    .flatMap(({ action, topic }) =>
      action === 'receive'
        ? [{ action: 'iot:Publish', resource: `topic/${topic}` }]
        : [
            { action: 'iot:Receive', resource: `topic/${topic}` },
            { action: 'iot:Subscribe', resource: `topicfilter/${topic}` },
          ],
    );
  const matches = (permission: (typeof allowed)[number], wish: (typeof described)[number]) =>
    permission.action === wish.action && resourceMatches(permission.resource, wish.resource);

  test('are allowed where the document has them', () => {
    expect(described.length).toBeGreaterThan(5);
    expect(described.filter((wish) => !allowed.some((permission) => matches(permission, wish)))).toEqual([]);
  });

  test('are in the document where they are allowed', () => {
    // A statement may name topics and topic filters together: who receives does so from topics, who subscribes gives filters.
    const aboutTopics = allowed.filter(({ action, resource }) =>
      resource.startsWith(action === 'iot:Subscribe' ? 'topicfilter/' : 'topic/'),
    );
    expect(aboutTopics.length).toBeGreaterThan(5);
    expect(aboutTopics.filter((permission) => !described.some((wish) => matches(permission, wish)))).toEqual([]);
  });
});

describe('the topic rules', () => {
  test('take what the document says is received', () => {
    const received = topics.filter((one) => one.action === 'receive' && !isOfAwsIot(one));
    const unheard = received.filter(
      ({ topic }) => !filters.some((from) => filterTakes(from, withoutBasicIngest(topic))),
    );
    expect(unheard.map(({ topic }) => topic)).toEqual([]);
  });

  test('are all in the document', () => {
    const heard = topics.filter((one) => one.action === 'receive' || isOfAwsIot(one));
    expect(filters.length).toBeGreaterThan(4);
    expect(filters.filter((from) => !heard.some(({ topic }) => filterTakes(from, topic)))).toEqual([]);
  });

  test('take nothing that is sent to devices: a rule that heard its own function’s answers would go round in circles', () => {
    const sent = topics.filter((one) => one.action === 'send' && !isOfAwsIot(one));
    expect(sent.length).toBeGreaterThan(3);
    expect(sent.filter(({ topic }) => filters.some((from) => filterTakes(from, topic)))).toEqual([]);
  });

  test('have the names that Basic Ingest publishes to', () => {
    const names = app.resources('AWS::IoT::TopicRule').map(({ properties }) => properties.RuleName);
    const used = topics.flatMap(({ topic }) => /^\$aws\/rules\/([^/]+)\//.exec(topic)?.[1] ?? []);
    expect(used).toHaveLength(2);
    expect(names).toEqual(expect.arrayContaining(used));
  });
});

test('the routes of the WebSocket API are the actions of the document', () => {
  const document = asyncApiDocument(channels);
  const routes = app
    .resources('AWS::ApiGatewayV2::Route')
    .map(({ properties }) => properties.RouteKey)
    .filter((key) => !key.startsWith('$') && !key.includes('/'));
  const { messages, schemas } = document.components;
  const actions = Object.values(document.operations)
    .filter(({ action, channel }) => action === 'receive' && channel.$ref === '#/channels/live')
    .flatMap(({ messages: taken }) => taken.map(({ $ref }) => $ref.split('/').at(-1) ?? ''))
    .flatMap((name) => schemas[messages[name]?.payload.$ref.split('/').at(-1) ?? '']?.['properties'] ?? [])
    .flatMap((properties) => {
      const { const: only, enum: any = [only] } = (properties as Record<'action', { const?: string; enum?: string[] }>)
        .action;
      return any;
    });
  expect(routes.length).toBeGreaterThan(2);
  expect(actions.sort()).toEqual(routes.sort());
});
