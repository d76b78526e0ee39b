import '../platform/silent.ts';
import { Readable } from 'node:stream';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { deviceHandlers } from '../../../functions/devices/devices.ts';
import { deviceOperations } from '../../../functions/devices/operations.ts';
import { deviceTypeHandlers } from '../../../functions/deviceTypes/deviceTypes.ts';
import { deviceTypeOperations } from '../../../functions/deviceTypes/operations.ts';
import { journalHandlers } from '../../../functions/journal/journal.ts';
import { journalOperations } from '../../../functions/journal/operations.ts';
import type { Membership } from '../../../functions/model/application.ts';
import { apiDependencies } from '../../../functions/platform/http/apiDependencies.ts';
import { httpApi } from '../../../functions/platform/http/httpApi.ts';
import { type Operation, routeKeyOf } from '../../../functions/platform/http/operation.ts';
import { directoryKeys } from '../../../functions/platform/records/directory.ts';
import { deviceIndexes, roomIndexes } from '../../../functions/platform/records/registry.ts';
import { registryDependencies } from '../../../functions/platform/records/registryDependencies.ts';
import { roomOperations } from '../../../functions/rooms/operations.ts';
import { roomHandlers } from '../../../functions/rooms/rooms.ts';
import type { CloudContext } from '../../../local/context.ts';
import { createDynamoDb } from '../../../local/dynamodb/dynamodb.ts';
import { AwsError, type AwsRequest } from '../../../local/service.ts';
import { openStateStore } from '../../../local/storage/stateStore.ts';
import { recordingClient } from '../platform/recordingClient.ts';

const tables = {
  DIRECTORY_TABLE: { keys: ['pk', 'sk'], indexes: { byUser: { partitionKey: 'userId', sortKey: 'pk' } } },
  DEVICES_TABLE: { keys: ['deviceId', 'item'], indexes: deviceIndexes },
  ROOMS_TABLE: { keys: ['roomId', 'item'], indexes: roomIndexes },
  AUDIT_TABLE: {
    keys: ['applicationId', 'auditId'],
    indexes: { byEntity: { partitionKey: 'entity', sortKey: 'auditId' } },
  },
  EVENTS_TABLE: {
    keys: ['applicationId', 'eventId'],
    indexes: { byEntity: { partitionKey: 'entity', sortKey: 'eventId' } },
  },
  EPHEMERAL_TABLE: { keys: ['id'], indexes: {} },
} as const;

interface Call {
  readonly method?: Operation['method'];
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A user id; an admin of the platform unless given. */
  readonly as?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON that an assertion looks into
  readonly json: any;
}

const operations = { ...deviceOperations, ...roomOperations, ...deviceTypeOperations, ...journalOperations };
const routes = Object.values<Operation>(operations)
  .map((operation) => ({
    key: routeKeyOf(operation),
    method: operation.method,
    pattern: new RegExp(`^${operation.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    literal: operation.path.replace(/\{\w+\}/g, ''),
  }))
  // API Gateway takes the route that says most.
  .sort((one, other) => other.literal.length - one.literal.length);

/** The registry's functions behind their real dispatcher, on the local cloud's DynamoDB in memory, by the unchanged SDK. */
export async function openRegistry() {
  const context = { region: 'us-east-1', accountId: '000000000000', store: openStateStore(':memory:') } as CloudContext;
  const { service, close } = createDynamoDb(context);
  const counts: Record<string, number> = {};
  let interruption: { readonly operation: string; readonly work: () => Promise<unknown> } | undefined;
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { headers: Record<string, string>; body: Uint8Array }) => {
        const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
        counts[operation] = (counts[operation] ?? 0) + 1;
        if (interruption?.operation === operation) {
          const { work } = interruption;
          interruption = undefined;
          await work();
        }
        const asked = { operation, body: Buffer.from(new Uint8Array(request.body)) } as AwsRequest;
        const { status, headers, body = '' } = await answerOf(asked);
        return { response: { statusCode: status, headers: headers ?? {}, body: Readable.from([Buffer.from(body)]) } };
      },
    } as never,
  });
  async function answerOf(request: AwsRequest) {
    try {
      return await service.handle(request);
    } catch (error) {
      if (error instanceof AwsError) return service.error(error, request);
      throw error;
    }
  }
  const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const names = Object.keys(tables) as (keyof typeof tables)[];
  for (const name of names) await db.send(createTable(name));
  for (const applicationId of ['plant', 'other'])
    await db.send(
      new PutCommand({
        TableName: 'DIRECTORY_TABLE',
        Item: { ...directoryKeys.application(applicationId), applicationId },
      }),
    );

  const env = { ...(Object.fromEntries(names.map((name) => [name, name])) as Record<keyof typeof tables, string>) };
  const registry = registryDependencies(env, db);
  const woken: string[] = [];
  let wake = async (deviceIds: readonly string[]): Promise<void> => void woken.push(...deviceIds);
  const handler = httpApi(
    operations,
    {
      // No device here has a certificate.
      ...deviceHandlers({
        ...registry,
        iot: recordingClient(() => ({ principals: [] })),
        iotData: recordingClient(),
        wakeMailboxes: (deviceIds) => wake(deviceIds),
      }),
      ...roomHandlers(registry),
      ...deviceTypeHandlers({
        db,
        devicesTable: env.DEVICES_TABLE,
        directoryTable: env.DIRECTORY_TABLE,
        change: registry.change,
      }),
      ...journalHandlers({ db, auditTable: env.AUDIT_TABLE, eventsTable: env.EVENTS_TABLE }),
    },
    apiDependencies({ ...env, REQUESTS_PER_MINUTE: 1_000_000 } as unknown as Parameters<typeof apiDependencies>[0], db),
  );

  const call = async ({ method = 'GET', path, body, type, headers = {}, as }: Call): Promise<Answer> => {
    const [rawPath = '', query = ''] = path.split('?');
    const route = routes.find((one) => one.method === method && one.pattern.test(rawPath));
    const event = {
      routeKey: route?.key ?? '',
      pathParameters: route?.pattern.exec(rawPath)?.groups ?? {},
      queryStringParameters: Object.fromEntries(new URLSearchParams(query)),
      headers: { ...(body !== undefined && { 'content-type': type ?? 'application/json' }), ...headers },
      body: typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
      requestContext: {
        http: { method, path: rawPath, sourceIp: '127.0.0.1' },
        authorizer: {
          jwt: {
            claims: {
              sub: as ?? 'root',
              token_use: 'access',
              ...(as === undefined && { 'cognito:groups': '[platform-admins]' }),
            },
          },
        },
      },
    } as unknown as APIGatewayProxyEventV2;
    const result = await handler(event, { getRemainingTimeInMillis: () => 10_000 } as Context);
    const text = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8').toString();
    const answered = (result.headers ?? {}) as Record<string, string>;
    const isJson = /json/.test(answered['content-type'] ?? '');
    return {
      status: result.statusCode ?? 0,
      headers: answered,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  };
  /** A change that must be taken. */
  const make = async (asked: Call): Promise<Answer['json']> => {
    const { status, text, json } = await call({ method: 'POST', ...asked });
    if (status >= 300) throw new Error(`${asked.method ?? 'POST'} ${asked.path}: ${status} ${text}`);
    return json;
  };
  return {
    db,
    env,
    call,
    make,
    /** Calls of DynamoDB since the beginning, by operation. */
    counts,
    /** Whose mailboxes were woken. */
    woken,
    failToWake(): void {
      wake = () => Promise.reject(new Error('the queue is not there'));
    },
    close,
    /** What somebody else does right before the next call of an operation of DynamoDB. */
    before(operation: string, work: () => Promise<unknown>): void {
      interruption = { operation, work };
    },
    device: (deviceId: string, rest: object = {}) =>
      make({ path: '/api/devices', body: { applicationId: 'plant', deviceId, ...rest } }),
    room: (roomId: string, rest: object = {}) =>
      make({ path: '/api/rooms', body: { applicationId: 'plant', roomId, name: roomId, ...rest } }),
    /** All of a list, page by page. */
    async all(path: string, as?: string): Promise<Answer['json'][]> {
      const found: unknown[] = [];
      let next: string | undefined;
      do {
        const { status, text, json } = await call({
          path: `${path}${path.includes('?') ? '&' : '?'}${next === undefined ? '' : `next=${encodeURIComponent(next)}`}`,
          ...(as !== undefined && { as }),
        });
        if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
        found.push(...json.items);
        next = json.next;
      } while (next !== undefined);
      return found;
    },
    async member(userId: string, rest: Partial<Membership> = {}): Promise<void> {
      const now = new Date().toISOString();
      const membership: Membership = {
        applicationId: 'plant',
        userId,
        email: `${userId}@example.com`,
        role: 'admin',
        version: 1,
        createdAt: now,
        updatedAt: now,
        ...rest,
      };
      await db.send(
        new PutCommand({
          TableName: env.DIRECTORY_TABLE,
          Item: { ...directoryKeys.member(membership.applicationId, userId), ...membership },
        }),
      );
    },
    async item(table: keyof typeof tables, Key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
      const { Item } = await db.send(new GetCommand({ TableName: env[table], Key }));
      return Item;
    },
    put: (table: keyof typeof tables, Item: Record<string, unknown>) =>
      db.send(new PutCommand({ TableName: env[table], Item })),
  };
}

export type Registry = Awaited<ReturnType<typeof openRegistry>>;

function createTable(name: keyof typeof tables): CreateTableCommand {
  const { keys, indexes } = tables[name];
  const all = Object.entries<{ partitionKey: string; sortKey: string }>(indexes);
  const schema = ([hash, range]: readonly string[]) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  return new CreateTableCommand({
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      ...new Set([...keys, ...all.flatMap(([, { partitionKey, sortKey }]) => [partitionKey, sortKey])]),
    ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: schema(keys),
    ...(all.length > 0 && {
      GlobalSecondaryIndexes: all.map(([IndexName, { partitionKey, sortKey }]) => ({
        IndexName,
        KeySchema: schema([partitionKey, sortKey]),
        Projection: { ProjectionType: 'ALL' as const },
      })),
    }),
  });
}
