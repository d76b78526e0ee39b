import { AwsError, type AwsService } from '../../service.ts';
import type { ServicePublish } from '../broker/broker.ts';
import { brokerLimits, refuseTopic } from '../broker/limits.ts';
import { isReserved } from '../broker/reservedTopics.ts';
import type { RetainedMessages } from '../broker/retainedMessages.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid, notFound } from '../registry/registryErrors.ts';
import { ShadowError } from '../shadows/shadowRequest.ts';
import type { ShadowService } from '../shadows/shadowService.ts';
import { type Call, flag, integer, page, type Route, restService, route } from './route.ts';

interface Parts {
  readonly registry: Registry;
  readonly publish: ServicePublish;
  readonly retained: RetainedMessages;
  readonly shadows: ShadowService;
}

const shadowErrors: Readonly<Record<ShadowError['code'], string>> = {
  400: 'InvalidRequestException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  413: 'RequestEntityTooLargeException',
  415: 'UnsupportedDocumentEncodingException',
};

/** The data plane over HTTP: publish, retained messages, shadows (AWS IoT API Reference: "AWS IoT data plane"). */
export function createIotDataApi({ registry, publish, retained, shadows }: Parts): AwsService {
  const shadowOf = ({ parameters: [thing = ''], query }: Pick<Call, 'parameters' | 'query'>) => ({
    thing,
    name: query.get('name') ?? undefined,
  });
  const shadowArn: Route['resource'] = ({ parameters: [thing = ''], request }) => {
    const name = request.query.get('name');
    return registry.arn('thing', name === null ? thing : `${thing}/${name}`);
  };
  const topicArn: Route['resource'] = ({ parameters: [topic = ''] }) => registry.arn('topic', topic);

  const service = restService(
    ['iotdata', 'iotdevicegateway'],
    [
      route(
        'POST /topics/{topic+}',
        'Publish',
        async ({ parameters: [topic = ''], query, request }) => {
          const qos = integer(query, 'qos') ?? 0;
          if (qos > 1) throw invalid('qos is 0 or 1.');
          const retain = flag(query, 'retain');
          if (request.body.length > brokerLimits.payloadBytes)
            throw new AwsError(
              'RequestEntityTooLargeException',
              `The payload is ${request.body.length} bytes, above ${brokerLimits.payloadBytes}.`,
              413,
            );
          const wrong =
            refuseTopic(topic) ??
            (/[+#]/.test(topic) ? 'a topic has no wildcards' : undefined) ??
            (retain && isReserved(topic) ? 'a message on a reserved topic is not retained' : undefined);
          if (wrong !== undefined) throw invalid(wrong);
          const properties = mqtt5Properties(request.headers, query);
          await publish(topic, request.body, { qos: qos === 1 ? 1 : 0, retain, ...(properties && { properties }) });
        },
        topicArn,
      ),
      route(
        'GET /retainedMessage/{topic+}',
        'GetRetainedMessage',
        ({ parameters: [topic = ''] }) => {
          const message = retained.find(topic);
          if (!message) throw notFound(`A retained message on ${topic}`);
          const userProperties = message.properties?.['userProperties'];
          return {
            topic,
            payload: message.payload.toString('base64'),
            qos: message.qos,
            lastModifiedTime: message.modifiedAt,
            ...(userProperties !== undefined && {
              userProperties: Buffer.from(
                JSON.stringify(userPropertyList(userProperties as Record<string, string | string[]>)),
              ).toString('base64'),
            }),
          };
        },
        topicArn,
      ),
      route('GET /retainedMessage', 'ListRetainedMessages', ({ query }) => {
        const { items, nextToken } = page(query, retained.list(), ({ topic }) => topic, 200);
        return {
          retainedTopics: items.map(({ topic, payload, qos, modifiedAt }) => ({
            topic,
            payloadSize: payload.length,
            qos,
            lastModifiedTime: modifiedAt,
          })),
          nextToken,
        };
      }),
      route(
        'GET /things/{thingName}/shadow',
        'GetThingShadow',
        (call) => answer(() => shadows.get(shadowOf(call))),
        shadowArn,
      ),
      route(
        'POST /things/{thingName}/shadow',
        'UpdateThingShadow',
        (call) => answer(() => shadows.update(shadowOf(call), call.request.body)),
        shadowArn,
      ),
      route(
        'DELETE /things/{thingName}/shadow',
        'DeleteThingShadow',
        (call) => answer(() => shadows.delete(shadowOf(call))),
        shadowArn,
      ),
      route(
        'GET /api/things/shadow/ListNamedShadowsForThing/{thingName}',
        'ListNamedShadowsForThing',
        ({ parameters: [thing = ''], query }) => {
          const { items, nextToken } = page(query, shadows.names(thing), (name) => name, 100);
          return { results: items, nextToken, timestamp: Math.floor(Date.now() / 1000) };
        },
        ({ parameters: [thing = ''] }) => registry.arn('thing', thing),
      ),
    ],
    false,
  );
  return {
    ...service,
    permissions(request) {
      const asked = service.permissions(request);
      if (!flag(request.query, 'retain')) return asked;
      // A retained message takes two permissions (AWS: "AWS IoT Core policy actions", iot:RetainPublish).
      const retaining = asked.filter(({ action }) => action === 'iot:Publish');
      return [...asked, ...retaining.map(({ resource }) => ({ action: 'iot:RetainPublish', resource }))];
    },
  };
}

function answer<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShadowError) throw new AwsError(shadowErrors[error.code], error.message, error.code);
    throw error;
  }
}

/** MQTT 5 properties of an HTTP publish (AWS IoT API Reference: "Publish"). */
function mqtt5Properties(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): Record<string, unknown> | undefined {
  const base64 = (name: string) => (headers[name] === undefined ? undefined : Buffer.from(headers[name], 'base64'));
  const userProperties = base64('x-amz-mqtt5-user-properties');
  const properties = {
    userProperties:
      userProperties && groupedProperties(JSON.parse(userProperties.toString()) as Array<Record<string, string>>),
    payloadFormatIndicator: headers['x-amz-mqtt5-payload-format-indicator'] === 'UTF8_DATA' ? true : undefined,
    contentType: query.get('contentType') ?? undefined,
    responseTopic: query.get('responseTopic') ?? undefined,
    correlationData: base64('x-amz-mqtt5-correlation-data'),
    messageExpiryInterval: integer(query, 'messageExpiry'),
  };
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

function groupedProperties(list: ReadonlyArray<Record<string, string>>): Record<string, string | string[]> {
  const grouped: Record<string, string | string[]> = {};
  for (const [name, value] of list.flatMap(Object.entries<string>)) {
    const before = grouped[name];
    grouped[name] = before === undefined ? value : [before, value].flat();
  }
  return grouped;
}

const userPropertyList = (properties: Record<string, string | string[]>) =>
  Object.entries(properties).flatMap(([name, values]) => [values].flat().map((value) => ({ [name]: value })));
