import { DescribeThingCommand } from '@aws-sdk/client-iot';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { Device } from '../model/device.ts';
import { type DeviceType, deviceType } from '../model/deviceType.ts';
import type { Sends } from '../platform/clients.ts';
import type { Handlers } from '../platform/http/httpApi.ts';
import { queryList } from '../platform/http/listQuery.ts';
import { writeCursor } from '../platform/http/paging.ts';
import { badRequest, conflict, notFound, Problem, preconditionFailed } from '../platform/http/problem.ts';
import { versionedTag } from '../platform/http/respond.ts';
import { checkRange } from '../platform/http/timeRange.ts';
import { type Cause, causeOf } from '../platform/records/cause.ts';
import type { changeTogether } from '../platform/records/change.ts';
import { listShadowNames } from '../platform/records/deviceShadows.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { readLatest } from '../platform/records/latest.ts';
import { readPresences } from '../platform/records/presence.ts';
import { newId } from '../platform/ulid.ts';
import type { twinOperations } from './operations.ts';
import { wrongValues } from './propertyValues.ts';
import type { TwinRequest } from './requests.ts';
import { readShadow, type Shadow, type ShadowRefusal, updateDesired } from './shadows.ts';
import { leavesOf, type Tree } from './shadowTree.ts';
import {
  historyBetween,
  parseHistory,
  parseRequest,
  parseState,
  requestItem,
  requestsOf,
  type ShadowOf,
  stateKey,
} from './twinItems.ts';
import type { TwinState } from './twinState.ts';
import { connectivityOf, shadowView, type Twin } from './view.ts';

interface TwinDependencies {
  readonly db: Sends;
  readonly iot: Sends;
  readonly iotData: Sends;
  readonly tables: { readonly devices: string; readonly directory: string; readonly twins: string };
  readonly change: ReturnType<typeof changeTogether>;
}

export const twinHandlers = (dependencies: TwinDependencies): Handlers<typeof twinOperations> => {
  const show = async (device: Device, shadowName?: string) => {
    const shadow = await readShadow(dependencies)({ deviceId: device.deviceId, shadowName });
    if (shadow === undefined && shadowName !== undefined) throw notFound('shadow', shadowName);
    return answerOf(await viewOf(dependencies, device, shadow ?? none, shadowName));
  };
  const history = async (shadow: ShadowOf, { from = 0, to = endOfTime, order, ...page }: z.output<HistoryQuery>) => {
    const range = { from: Math.max(from, 0), to: Math.max(to, 0) };
    checkRange(range);
    const { items, lastKey } = await queryList(
      dependencies.db,
      {
        tableName: dependencies.tables.twins,
        ...historyBetween(shadow, range),
        keyNames: ['twin', 'entry'],
        descending: order === 'desc',
      },
      page,
    );
    return { body: { items: items.map(parseHistory), ...writeCursor(lastKey) } };
  };
  return {
    getTwin: ({ access }) => show(access.device),
    getShadow: ({ access, params }) => show(access.device, params.shadowName),
    setDesired: (request) => setDesired(dependencies, { ...request, ...request.access, cause: causeOf(request) }),
    setShadowDesired: (request) =>
      setDesired(dependencies, { ...request, ...request.access, ...request.params, cause: causeOf(request) }),
    listTwinHistory: ({ access, query }) => history(idOf(access.device), query),
    listShadowHistory: ({ access, query, params }) => history(idOf(access.device, params.shadowName), query),
    listShadows: async ({ access }) => {
      const names = await listShadowNames(dependencies)(access.device.deviceId);
      return { body: { items: names.map((shadowName) => ({ shadowName })) } };
    },
  };
};

type HistoryQuery = (typeof twinOperations)['listTwinHistory']['query'];

/** Later than what ISO 8601 can say in four digits of a year. */
const endOfTime = 10 ** 15;
const none: Shadow = { state: {}, metadata: {}, version: 0 };

const idOf = ({ applicationId, deviceId }: Device, shadowName?: string): ShadowOf => ({
  applicationId,
  deviceId,
  ...(shadowName !== undefined && { shadowName }),
});

const answerOf = (body: Twin) => ({ body, etag: versionedTag(body.version, body) });

async function viewOf(
  { db, tables }: TwinDependencies,
  device: Device,
  shadow: Shadow,
  shadowName: string | undefined,
): Promise<Twin> {
  const { deviceId } = device;
  const id = idOf(device, shadowName);
  const [latest, presences, state] = await Promise.all([
    readLatest({ db, tables })([deviceId]),
    readPresences({ db, tableName: tables.devices })([deviceId]),
    readState({ db, tableName: tables.twins }, id),
  ]);
  const isBehind = shadow.version > 0 && state?.version !== shadow.version;
  const requests = isBehind ? await readOpenRequests({ db, tableName: tables.twins }, id, state) : [];
  const { deviceId: _, ...newest } = latest(deviceId);
  return {
    deviceId,
    ...(shadowName !== undefined && { shadowName }),
    ...shadowView(shadow, state, requests),
    latest: newest,
    connectivity: connectivityOf(presences.get(deviceId)),
    device,
  };
}

async function readState({ db, tableName }: { readonly db: Sends; readonly tableName: string }, id: ShadowOf) {
  const { Item } = await db.send(new GetCommand({ TableName: tableName, Key: stateKey(id), ConsistentRead: true }));
  return parseState(Item)?.state;
}

/** Those of people whose update is not in the state yet; as many as can be under way. */
const openRequestsLimit = 20;

async function readOpenRequests(
  { db, tableName }: { readonly db: Sends; readonly tableName: string },
  id: ShadowOf,
  state: TwinState | undefined,
) {
  const list = { tableName, ...requestsOf(id), keyNames: ['twin', 'entry'], descending: true };
  const { items } = await queryList(db, list, { limit: openRequestsLimit });
  return items
    .flatMap((item) => parseRequest(item) ?? [])
    .filter(
      ({ appliedAs, request }) =>
        request.cause === 'request' && (appliedAs ?? Number.POSITIVE_INFINITY) > (state?.version ?? 0),
    );
}

interface Setting {
  readonly device: Device;
  readonly shadowName?: string;
  readonly body: Tree;
  readonly query: { readonly expiresIn?: number | undefined };
  readonly ifMatch: number | undefined;
  readonly cause: Cause;
}

/** The request is written first, then the shadow: dying between the two leaves a request that nothing came of. */
async function setDesired(dependencies: TwinDependencies, setting: Setting) {
  const { device, shadowName, body: desired, query, ifMatch, cause } = setting;
  const { deviceId, applicationId } = device;
  const [type] = await Promise.all([readType(dependencies, device), requireThing(dependencies, deviceId)]);
  const errors = wrongValues(desired, type);
  if (errors.length > 0) throw badRequest(errors);
  // Before anything is written: the service would refuse it too, and decides where others are as fast.
  if (ifMatch !== undefined) requireShadowVersion(await readShadow(dependencies)({ deviceId, shadowName }), ifMatch);
  const id = idOf(device, shadowName);
  const at = Date.now();
  const requestId = newId();
  const request: TwinRequest = {
    desired,
    actor: cause.actor,
    cause: 'request',
    at,
    ...(query.expiresIn !== undefined && { valuesExpireAt: at + query.expiresIn * 1000 }),
  };
  const Item = requestItem(id, requestId, request);
  const changes = Object.fromEntries([...leavesOf(desired)].map(([path, to]) => [path, { to }]));
  await dependencies.change(
    [
      {
        item: { Put: { TableName: dependencies.tables.twins, Item } },
        refusal: () => conflict('The request could not be kept. Ask again.'),
      },
    ],
    [{ ...cause, applicationId, entity: `device:${deviceId}`, changes }],
  );
  const refusal = await updateDesired(dependencies)({
    deviceId,
    shadowName,
    desired,
    version: ifMatch,
    clientToken: requestId,
  });
  if (refusal !== undefined) throw problemOf(refusal);
  const shadow = await readShadow(dependencies)({ deviceId, shadowName });
  return answerOf(await viewOf(dependencies, device, shadow ?? none, shadowName));
}

function requireShadowVersion(shadow: Shadow | undefined, ifMatch: number): void {
  const { version } = shadow ?? none;
  if (version !== ifMatch)
    throw preconditionFailed(`The shadow is at version ${version} by now. Read it again and decide anew.`);
}

function problemOf({ refused, detail }: ShadowRefusal): Problem {
  if (refused === 'version') return preconditionFailed('Somebody else changed the shadow meanwhile.');
  if (refused === 'size')
    return new Problem(413, 'Content Too Large', `AWS IoT takes 8 KB of desired and reported values: ${detail}`);
  return badRequest([{ in: 'body', field: '', detail }]);
}

/** A type that is gone is named by its devices still, and says nothing any more. */
async function readType(
  { db, tables }: TwinDependencies,
  { applicationId, deviceType: name }: Device,
): Promise<DeviceType | undefined> {
  if (name === undefined) return undefined;
  const { Item } = await db.send(
    new GetCommand({ TableName: tables.directory, Key: directoryKeys.deviceType(applicationId, name) }),
  );
  return Item === undefined ? undefined : deviceType.parse(Item);
}

/** AWS IoT keeps shadows also of things that it does not know, which nobody could ever connect as. @throws Problem 409 */
async function requireThing({ iot }: TwinDependencies, thingName: string): Promise<void> {
  try {
    await iot.send(new DescribeThingCommand({ thingName }));
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    throw conflict(
      `AWS IoT has no thing '${thingName}': nothing could connect and take these values. Provision the device first.`,
    );
  }
}
