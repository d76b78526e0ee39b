import { createApiGateway, executeApiPrefix } from './apigateway/apigateway.ts';
import { createCognito } from './cognito/cognito.ts';
import type { CloudContext } from './context.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createEdge, type Mount } from './edge.ts';
import { createFaults } from './faults/faults.ts';
import { faultsApi, faultsPath } from './faults/faultsApi.ts';
import { queuesWithFaults, serviceWithFaults } from './faults/ruleCalls.ts';
import { type Credentials, createIam } from './identity/iam.ts';
import { createIot } from './iot/iot.ts';
import { createLambda } from './lambda/lambda.ts';
import { createMessaging } from './messaging/messaging.ts';
import { createSns } from './messaging/sns.ts';
import type { ResourceProvider } from './resources/provider.ts';
import { providersWithoutEffect } from './resources/withoutEffect.ts';
import { createScheduler } from './scheduler/scheduler.ts';
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
  const faults = createFaults();
  const messaging = await createMessaging(context);
  const dynamodb = createDynamoDb(context);
  const lambda = createLambda(context, {
    iam,
    queues: messaging.queues,
    streams: dynamodb.streams,
    faults,
    ...(concurrency !== undefined && { concurrency }),
  });
  const cognito = createCognito(context);
  const delivery = { queues: messaging.queues, functions: lambda.functions, invocations: lambda.invocations };
  const sns = createSns(context, delivery);
  const scheduler = createScheduler(context, { ...delivery, access: iam });
  const timestream = await createTimestream(context, {
    access: iam,
    clockwork: scheduler.clockwork,
    services: [...messaging.services, sns.service].map((service) => serviceWithFaults(service, faults)),
  });
  const data = [dynamodb.service, timestream.service, ...messaging.services, sns.service];
  const iot = await createIot(context, {
    queues: queuesWithFaults(messaging.queues, faults),
    access: iam,
    host,
    mqttPort,
    httpsPort,
    identify: (request) => edge.identify(request),
    functions: lambda.functions,
    invocations: lambda.invocations,
    services: data.map((service) => serviceWithFaults(service, faults, 'rule')),
    faults,
  });
  const services = [lambda.service, cognito.service, ...data, ...iot.services];
  const edge = createEdge(context, iam, services, faults);
  const gateway = createApiGateway(context, { functions: lambda.functions, access: iam, identify: edge.identify });
  for (const service of gateway.services) edge.add(service);
  const names = [...services, ...gateway.services].flatMap(({ signingNames }) => signingNames);
  edge.mount(faultsPath, faultsApi(faults, names));
  edge.mount(executeApiPrefix, gateway.mount);
  edge.mount(
    '/_local/calls',
    answerWith(() => edge.calls),
  );
  edge.mount(
    '/_local/iam',
    answerWith(() => ({ roles: iam.report() })),
  );
  edge.mount('/', cognito.mount);
  const parts = [iam, messaging, sns, scheduler, dynamodb, timestream, lambda, cognito, iot, gateway];
  const providers: ResourceProvider[] = [
    ...parts.flatMap((part) => part.providers),
    ...providersWithoutEffect(context.region, context.accountId),
  ];
  return {
    edge,
    iot,
    /** Starts what runs functions by itself. */
    lambda: {
      listen() {
        lambda.listen();
        timestream.listen();
        scheduler.listen();
      },
    },
    providers,
    /** In the order of closing: first nothing comes in, then what runs ends, while the services that it calls still answer. */
    closing: [
      iot.close,
      gateway.close,
      scheduler.close,
      lambda.close,
      edge.close,
      timestream.close,
      dynamodb.close,
      messaging.close,
    ] as readonly Step[],
  };
}

const answerWith = (tell: () => unknown): Mount => ({
  request(_request, response) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(tell()));
  },
});
