import { isUtf8 } from 'node:buffer';
import { isObject, type Json, type JsonObject, type Section, sections } from './shadowDocument.ts';

/** AWS: "AWS IoT Core endpoints and quotas", Device Shadow limits. */
export const shadowLimits = { documentBytes: 8 * 1024, levels: 8, clientTokenBytes: 64 } as const;

/** A refusal of the shadow service (AWS: "Device Shadow error messages"). */
export class ShadowError extends Error {
  readonly code: 400 | 404 | 409 | 413 | 415;
  /** Known as soon as the request could be read that far. */
  clientToken: string | undefined;

  constructor(code: ShadowError['code'], message: string) {
    super(message);
    this.name = 'ShadowError';
    this.code = code;
  }
}

export interface UpdateRequest {
  readonly state: { readonly [section in Section]?: JsonObject | null } | null;
  readonly version: number | undefined;
  readonly clientToken: string | undefined;
}

/** Reads the payload of an update. @throws ShadowError */
export function parseUpdate(payload: Buffer): UpdateRequest {
  const document = parse(payload);
  const clientToken = tokenOf(document);
  return withToken(clientToken, () => {
    const version = document['version'];
    if (version !== undefined && (typeof version !== 'number' || !Number.isInteger(version) || version < 0))
      throw new ShadowError(400, 'Invalid version');
    const state = document['state'];
    if (state === undefined) throw new ShadowError(400, 'Missing required node: state');
    if (state !== null && !isObject(state)) throw new ShadowError(400, 'State node must be an object');
    for (const [name, value] of Object.entries(state ?? {})) {
      if (!(sections as readonly string[]).includes(name))
        throw new ShadowError(400, `State contains an invalid node: '${name}'`);
      if (value !== null && !isObject(value))
        throw new ShadowError(400, `${name === 'desired' ? 'Desired' : 'Reported'} node must be an object`);
      if (value !== null) checkTree(value, 0);
    }
    return { state: state as UpdateRequest['state'], version, clientToken };
  });
}

/** The client token of a get or delete request, whose payload may be empty; a delete may name a version. @throws ShadowError */
export function parseQuestion(payload: Buffer): { clientToken: string | undefined; version: number | undefined } {
  if (payload.length === 0) return { clientToken: undefined, version: undefined };
  const document = parse(payload);
  const version = document['version'];
  return { clientToken: tokenOf(document), version: typeof version === 'number' ? version : undefined };
}

function parse(payload: Buffer): JsonObject {
  if (payload.length > shadowLimits.documentBytes)
    throw new ShadowError(413, 'The payload exceeds the maximum size allowed');
  if (!isUtf8(payload)) throw new ShadowError(415, 'Unsupported documented encoding; supported encoding is UTF-8');
  let document: Json;
  try {
    document = JSON.parse(payload.toString('utf8')) as Json;
  } catch {
    throw new ShadowError(400, 'Invalid JSON');
  }
  if (!isObject(document)) throw new ShadowError(400, 'Invalid JSON');
  return document;
}

function tokenOf(document: JsonObject): string | undefined {
  const token = document['clientToken'];
  if (token === undefined) return undefined;
  if (typeof token !== 'string' || Buffer.byteLength(token) > shadowLimits.clientTokenBytes)
    throw new ShadowError(400, 'Invalid clientToken');
  return token;
}

function checkTree(value: Json, level: number): void {
  if (level > shadowLimits.levels)
    throw new ShadowError(400, `JSON contains too many levels of nesting; maximum is ${shadowLimits.levels}`);
  if (Array.isArray(value)) {
    for (const item of value) {
      if (item === null) throw new ShadowError(400, 'State contains an invalid node: null in an array');
      checkTree(item, level + 1);
    }
  } else if (isObject(value)) {
    for (const inner of Object.values(value)) checkTree(inner, level + 1);
  }
}

function withToken<Result>(clientToken: string | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShadowError) error.clientToken ??= clientToken;
    throw error;
  }
}
