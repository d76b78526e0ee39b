import { gunzipSync } from 'node:zlib';
import { type Failure, invalid } from '../../platform/failure.ts';
import { envelope } from '../decoders/envelope.ts';
import { flat } from '../decoders/flat.ts';
import { scada } from '../decoders/scada.ts';
import { xray } from '../decoders/xray.ts';
import type { Decoded, DeviceProfile, Format } from '../reading.ts';

/** A payload's JSON object. An array of flat objects is one too, with `batch`. */
export type Json = Readonly<Record<string, unknown>>;

export interface Decoder {
  /** Whether the payload looks like this format. */
  readonly recognises: (json: Json) => boolean;
  readonly decode: (json: Json, context: DecodeContext) => Decoded | Failure;
}

export interface DecodeContext {
  /** When the rule received it: the event time of a payload that has none. Epoch milliseconds. */
  readonly receivedAt: number;
  readonly profile: DeviceProfile;
}

/** What a compressed payload may become: MQTT's 128 KB times a generous ratio, and no bomb. */
const inflatedLimit = 2 * 1024 * 1024;

const decoders: Readonly<Record<Format, Decoder>> = { envelope, xray, scada, flat };
const inOrder: readonly Decoder[] = [envelope, xray, scada, flat];

/** Stage 1: bytes to readings. The format is the device type's where it names one, or told by the content. */
export function decode(bytes: Buffer, context: DecodeContext): Decoded | Failure {
  const json = parseJson(bytes);
  if ('failure' in json) return json.failure;
  if (Array.isArray(json.value)) return flat.decode({ batch: json.value }, context);
  if (typeof json.value !== 'object' || json.value === null) {
    return invalid(
      `The payload is the JSON ${json.value === null ? 'null' : typeof json.value}; an object is expected, as in {"temperature": 21.5}.`,
    );
  }
  const object = json.value as Json;
  const decoder = context.profile.format
    ? decoders[context.profile.format]
    : inOrder.find(({ recognises }) => recognises(object));
  return (decoder ?? flat).decode(object, context);
}

function parseJson(bytes: Buffer): { readonly value: unknown } | { readonly failure: Failure } {
  let plain = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      plain = gunzipSync(bytes, { maxOutputLength: inflatedLimit });
    } catch (error) {
      return {
        failure: invalid(
          `The payload begins like gzip but can't be inflated (${(error as Error).message}); gzip of a JSON object of at most ${inflatedLimit} bytes is expected.`,
        ),
      };
    }
  }
  if (plain.length === 0) return { failure: invalid('The payload is empty; a JSON object is expected.') };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return { failure: invalid('The payload is neither UTF-8 text nor gzip of it; a JSON object is expected.') };
  }
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { failure: invalid(`The payload is not JSON (${(error as Error).message}); a JSON object is expected.`) };
  }
}
