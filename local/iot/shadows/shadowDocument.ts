/** State and metadata of device shadows, without storage (AWS: "Device Shadow service documents"). */

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };
export type Metadata = { timestamp: number } | MetadataTree | Metadata[];
export type MetadataTree = { [name: string]: Metadata };

export const sections = ['desired', 'reported'] as const;
export type Section = (typeof sections)[number];

export interface ShadowDocument {
  readonly state: { readonly [section in Section]?: JsonObject };
  readonly metadata: { readonly [section in Section]?: MetadataTree };
}

export const emptyDocument: ShadowDocument = { state: {}, metadata: {} };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Applies the `state` of an update: objects merge, null takes away, everything else replaces.
 * @param timestamp epoch seconds
 */
export function updateDocument(
  current: ShadowDocument,
  change: { readonly [section in Section]?: JsonObject | null } | null,
  timestamp: number,
): ShadowDocument {
  if (change === null) return emptyDocument;
  const state: { [section in Section]?: JsonObject } = { ...current.state };
  const metadata: { [section in Section]?: MetadataTree } = { ...current.metadata };
  for (const section of sections) {
    const given = change[section];
    if (given === undefined) continue;
    const merged = given === null ? undefined : merge(state[section] ?? {}, metadata[section] ?? {}, given, timestamp);
    if (merged && Object.keys(merged.state).length > 0) {
      state[section] = merged.state;
      metadata[section] = merged.metadata;
    } else {
      delete state[section];
      delete metadata[section];
    }
  }
  return { state, metadata };
}

function merge(
  state: JsonObject,
  metadata: MetadataTree,
  change: JsonObject,
  timestamp: number,
): { state: JsonObject; metadata: MetadataTree } {
  const result = { state: { ...state }, metadata: { ...metadata } };
  for (const [name, value] of Object.entries(change)) {
    const before = state[name];
    if (value === null) {
      delete result.state[name];
      delete result.metadata[name];
    } else if (isObject(value)) {
      const inner = merge(
        isObject(before) ? before : {},
        isObject(before) ? (metadata[name] as MetadataTree) : {},
        value,
        timestamp,
      );
      result.state[name] = inner.state;
      result.metadata[name] = inner.metadata;
    } else {
      result.state[name] = value;
      result.metadata[name] = metadataOf(value, timestamp);
    }
  }
  return result;
}

/** Metadata of a value as it was given: one timestamp for each leaf. Nulls, which take away, have none. */
export function metadataOf(value: Json, timestamp: number): Metadata {
  if (Array.isArray(value)) return value.map((item) => metadataOf(item, timestamp));
  if (!isObject(value)) return { timestamp };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [name, metadataOf(inner, timestamp)]),
  );
}

/** What of `desired` isn't `reported`, with its metadata; undefined when there is nothing. Arrays are compared as a whole. */
export function deltaOf({
  state,
  metadata,
}: ShadowDocument): { state: JsonObject; metadata: MetadataTree } | undefined {
  return state.desired && difference(state.desired, state.reported ?? {}, metadata.desired ?? {});
}

function difference(
  desired: JsonObject,
  reported: JsonObject,
  metadata: MetadataTree,
): { state: JsonObject; metadata: MetadataTree } | undefined {
  const result: { state: JsonObject; metadata: MetadataTree } = { state: {}, metadata: {} };
  for (const [name, value] of Object.entries(desired)) {
    const other = reported[name];
    const about = metadata[name];
    if (isObject(value) && isObject(other)) {
      const inner = difference(value, other, about as MetadataTree);
      if (!inner) continue;
      result.state[name] = inner.state;
      result.metadata[name] = inner.metadata;
    } else if (!sameJson(value, other)) {
      result.state[name] = value;
      if (about !== undefined) result.metadata[name] = about;
    }
  }
  return Object.keys(result.state).length > 0 ? result : undefined;
}

function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (isObject(a) && isObject(b)) {
    return (
      Object.keys(a).length === Object.keys(b).length &&
      Object.entries(a).every(([name, value]) => sameJson(value, b[name]))
    );
  }
  return a === b;
}
