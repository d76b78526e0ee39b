import { statements } from '../../storage/statements.ts';
import type { StateStore } from '../../storage/stateStore.ts';
import {
  deltaOf,
  emptyDocument,
  metadataOf,
  type Section,
  type ShadowDocument,
  sections,
  updateDocument,
} from './shadowDocument.ts';
import { ShadowError, shadowLimits, type UpdateRequest } from './shadowRequest.ts';

/** Which shadow: the classic one has no name. */
export interface ShadowKey {
  readonly thing: string;
  readonly name: string | undefined;
}

/** What an accepted update tells, each for its topic. */
export interface UpdateOutcome {
  readonly accepted: Record<string, unknown>;
  readonly delta: Record<string, unknown> | undefined;
  readonly documents: Record<string, unknown>;
}

const schema = `
CREATE TABLE IF NOT EXISTS iot_shadow (thing TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT, PRIMARY KEY (thing, name)) WITHOUT ROWID;
`;

export type Shadows = ReturnType<typeof openShadows>;

/**
 * Classic and named shadows (AWS: "AWS IoT Device Shadow service"). A thing need not be in the registry. A shadow that was deleted
 * leaves its version behind: the next one counts on.
 */
export function openShadows(store: StateStore) {
  store.db.exec(schema);
  const { one, all, run } = statements(store);
  const q = {
    get: one('SELECT version, document FROM iot_shadow WHERE thing = ? AND name = ?'),
    put: run('INSERT OR REPLACE INTO iot_shadow VALUES (?, ?, ?, ?)'),
    names: all("SELECT name FROM iot_shadow WHERE thing = ? AND name <> '' AND document IS NOT NULL ORDER BY name"),
  };
  const load = ({ thing, name }: ShadowKey) => {
    const row = q.get(thing, name ?? '');
    const text = row?.['document'];
    return {
      version: Number(row?.['version'] ?? 0),
      document: typeof text === 'string' ? (JSON.parse(text) as ShadowDocument) : undefined,
    };
  };
  const missing = (key: ShadowKey) => new ShadowError(404, `No shadow exists with name: '${key.name ?? key.thing}'`);

  const get = (key: ShadowKey, now = Date.now()): Record<string, unknown> => {
    const { version, document } = load(key);
    if (!document) throw missing(key);
    const delta = deltaOf(document);
    return {
      state: { ...document.state, ...(delta && { delta: delta.state }) },
      metadata: { ...document.metadata, ...(delta && { delta: delta.metadata }) },
      version,
      timestamp: seconds(now),
    };
  };

  return {
    /** @throws ShadowError 404 */
    get,
    /** The document as GetThingShadow answers it, undefined when there is none: what rule SQL's get_thing_shadow needs. */
    read(thing: string, name?: string): Record<string, unknown> | undefined {
      const key = { thing, name };
      return load(key).document ? get(key) : undefined;
    },
    /** @throws ShadowError 409, 413 */
    update(key: ShadowKey, request: UpdateRequest, now = Date.now()): UpdateOutcome {
      const timestamp = seconds(now);
      const { version, document: before } = load(key);
      if (request.version !== undefined && request.version !== version) throw new ShadowError(409, 'Version conflict');
      const document = updateDocument(before ?? emptyDocument, request.state, timestamp);
      if (Buffer.byteLength(JSON.stringify(document.state)) > shadowLimits.documentBytes) {
        throw new ShadowError(413, 'The payload exceeds the maximum size allowed');
      }
      const next = version + 1;
      q.put(key.thing, key.name ?? '', next, JSON.stringify(document));
      const token = request.clientToken === undefined ? {} : { clientToken: request.clientToken };
      const delta = deltaOf(document);
      return {
        accepted: {
          state: request.state,
          metadata: acceptedMetadata(request.state, timestamp),
          version: next,
          timestamp,
          ...token,
        },
        delta: delta && { version: next, timestamp, ...delta, ...token },
        documents: {
          previous: before ? { ...before, version } : null,
          current: { ...document, version: next },
          timestamp,
          ...token,
        },
      };
    },
    /** @throws ShadowError 404, 409 */
    delete(key: ShadowKey, expected: number | undefined, now = Date.now()): Record<string, unknown> {
      const { version, document } = load(key);
      if (!document) throw missing(key);
      if (expected !== undefined && expected !== version) throw new ShadowError(409, 'Version conflict');
      q.put(key.thing, key.name ?? '', version, null);
      return { version, timestamp: seconds(now) };
    },
    /** Names of the named shadows, sorted. */
    names: (thing: string) => q.names(thing).map((row) => String(row['name'])),
  };
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function acceptedMetadata(state: UpdateRequest['state'], timestamp: number): { [section in Section]?: unknown } {
  const given = sections.flatMap((section) => {
    const value = state?.[section];
    return value ? [[section, metadataOf(value, timestamp)] as const] : [];
  });
  return Object.fromEntries(given);
}
