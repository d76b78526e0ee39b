import { createApiGateway, executeApiPrefix } from './apigateway/apigateway.ts';
import { createCognito } from './cognito/cognito.ts';
import type { CloudContext } from './context.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEdge } from './edge.ts';
import { type Credentials, createIam } from './identity/iam.ts';
import { createIot } from './iot/iot.ts';
import { createLambda } from './lambda/lambda.ts';
import { createMessaging } from './messaging/messaging.ts';
import type { ResourceProvider } from './resources/provider.ts';
import { providersWithoutEffect } from './resources/withoutEffect.ts';
import { createTimestream } from './timestream/timestream.ts';

interface PartOptions {
  readonly credentials: Credentials;
  readonly host: string;
  readonly mqttPort: number;
  /** Stands for port 443 of the device endpoint. */
  readonly httpsPort?: number | undefined;
  /** Most execution environments of one function at once. */
  readonly concurrency?: number | undefined;
}

type Step = () => void | Promise<void>;

/** Every service of the local cloud, connected to each other and listening nowhere yet. */
export async function createParts(
  context: CloudContext,
  { credentials, host, mqttPort, httpsPort, concurrency }: PartOptions,
) {
  const iam = createIam(context, credentials);
  const messaging = await createMessaging(context);
  const dynamodb = createDynamoDb(context);
  const timestream = await createTimestream(context);
  const lambda = createLambda(context, {
    iam,
    queues: messaging.queues,
    ...(concurrency !== undefined && { concurrency }),
  });
  const cognito = createCognito(context);
  const data = [dynamodb.service, timestream.service, ...messaging.services];
  const iot = await createIot(context, {
    queues: messaging.queues,
    access: iam,
    host,
    mqttPort,
    httpsPort,
    identify: (request) => edge.identify(request),
    functions: lambda.functions,
    services: data,
  });
  const edge = createEdge(context, iam, [lambda.service, cognito.service, ...data, ...iot.services]);
  const gateway = createApiGateway(context, { functions: lambda.functions, access: iam, identify: edge.identify });
  for (const service of gateway.services) edge.add(service);
  edge.mount(executeApiPrefix, gateway.mount);
  edge.mount('/', cognito.mount);
  edge.mount('/_local/calls', {
    request(_request, response) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(edge.calls));
    },
  });
  const providers: ResourceProvider[] = [
    ...[iam, messaging, dynamodb, timestream, lambda, iot, gateway, cognito].flatMap((part) => part.providers),
    ...providersWithoutEffect(context.region, context.accountId),
  ];
  return {
    edge,
    iot,
    lambda,
    providers,
    /** In the order of closing: first nothing comes in, then what runs ends, while the services that it calls still answer. */
    closing: [
      iot.close,
      gateway.close,
      lambda.close,
      edge.close,
      timestream.close,
      dynamodb.close,
      messaging.close,
    ] as readonly Step[],
  };
}
