import * as z from 'zod';
import { type TwinChange, twinChange } from './protocol.ts';
import { type TwinRequest, twinRequest } from './requests.ts';
import { nextExpiry, type TwinState, twinState } from './twinState.ts';

/** Which shadow of a device; the classic one has no name. */
export interface ShadowOf {
  readonly applicationId: string;
  readonly deviceId: string;
  readonly shadowName?: string | undefined;
}

/**
 * Items of the twins table. A partition is a device in its application: who registers a device's id anew elsewhere finds nothing of what
 * others did with it. What devices say is kept as JSON text: DynamoDB has not every number and name that JSON has.
 */
const partition = ({ applicationId, deviceId }: ShadowOf) => ({ twin: `${applicationId}#${deviceId}` });
const named = (kind: 'state' | 'request' | 'history', { shadowName = '' }: ShadowOf) => `${kind}#${shadowName}#`;

export const stateKey = (shadow: ShadowOf) => ({ ...partition(shadow), entry: named('state', shadow) });
/** @param requestId a ULID: requests of a shadow sort by time */
export const requestKey = (shadow: ShadowOf, requestId: string) => ({
  ...partition(shadow),
  entry: named('request', shadow) + requestId,
});
/** By time and then by version, which begins anew with a shadow that was deleted long ago. */
const historyKey = (shadow: ShadowOf, { at, version }: { readonly at: number; readonly version: number }) => ({
  ...partition(shadow),
  entry: historyFrom(shadow, at) + String(version).padStart(16, '0'),
});
const historyFrom = (shadow: ShadowOf, at: number) => `${named('history', shadow)}${String(at).padStart(16, '0')}#`;

/** The partition of a shadow's items of a kind, and what bounds them. */
export const requestsOf = (shadow: ShadowOf) => ({
  partition: { name: 'twin', value: partition(shadow).twin },
  between: { name: 'entry', from: named('request', shadow), to: `${named('request', shadow)}~` },
});
/** @param to excluded; epoch milliseconds as `from` is */
export const historyBetween = (shadow: ShadowOf, { from, to }: { readonly from: number; readonly to: number }) => ({
  partition: { name: 'twin', value: partition(shadow).twin },
  between: { name: 'entry', from: historyFrom(shadow, from), to: historyFrom(shadow, to) },
});

/** Of states with a pending value that expires: found by when the first of them does. */
export const expiringIndex = { name: 'expiring', partitionKey: 'expiring', sortKey: 'nextExpiry' } as const;
export const expiring = 'twin';

const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(schema);

const storedState = z.object({
  applicationId: z.string(),
  deviceId: z.string(),
  shadowName: z.string().optional(),
  state: json(twinState),
  /** Optimistic version. */
  revision: z.number(),
});
export type StoredState = z.infer<typeof storedState>;

export const stateItem = (shadow: ShadowOf, state: TwinState, revision: number): Record<string, unknown> => {
  const next = nextExpiry(state);
  return {
    ...stateKey(shadow),
    ...shadow,
    state: JSON.stringify(state),
    revision,
    ...(next !== undefined && { [expiringIndex.partitionKey]: expiring, [expiringIndex.sortKey]: next }),
  };
};
/** @throws ZodError for an item that others wrote wrongly */
export const parseState = (item: unknown): StoredState | undefined =>
  item === undefined ? undefined : storedState.parse(item);

const storedRequest = z.object({ entry: z.string(), request: json(twinRequest), appliedAs: z.number().optional() });
export type StoredRequest = z.infer<typeof storedRequest>;

/** What nobody needs a day after it has an effect or expires. */
const requestKept = 24 * 3600;

export const requestItem = (shadow: ShadowOf, requestId: string, request: TwinRequest): Record<string, unknown> => ({
  ...requestKey(shadow, requestId),
  request: JSON.stringify(request),
  expiresAt: Math.ceil((request.valuesExpireAt ?? request.at) / 1000) + requestKept,
});
/** @throws ZodError for an item that others wrote wrongly */
export const parseRequest = (item: unknown): StoredRequest | undefined =>
  item === undefined ? undefined : storedRequest.parse(item);

/** @param kept days */
export const historyItem = (shadow: ShadowOf, change: TwinChange, kept: number): Record<string, unknown> => {
  const at = Date.parse(change.at);
  return {
    ...historyKey(shadow, { at, version: change.version }),
    change: JSON.stringify(change),
    expiresAt: Math.ceil(at / 1000) + kept * 24 * 3600,
  };
};
export const parseHistory = (item: unknown): TwinChange => z.object({ change: json(twinChange) }).parse(item).change;
