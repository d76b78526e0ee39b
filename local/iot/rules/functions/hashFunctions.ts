import { createHash } from 'node:crypto';
import { ofTexts, type SqlFunction } from './sqlFunction.ts';

const hash = (algorithm: string) => ofTexts(1, (text = '') => createHash(algorithm).update(text).digest('hex'));

export const hashFunctions: Readonly<Record<string, SqlFunction>> = {
  md2: ofTexts(1, (text = '') => md2(Buffer.from(text))),
  md5: hash('md5'),
  sha1: hash('sha1'),
  sha224: hash('sha224'),
  sha256: hash('sha256'),
  sha384: hash('sha384'),
  sha512: hash('sha512'),
};

/** RFC 1319, "The MD2 Message-Digest Algorithm": 256 bytes made of the digits of pi. */
const substitution = Buffer.from(
  'KS5DyaLYfAE9NlSh7PAGE2KnBfPAx3OMmJMr2bxMgsoem1c8/dTgFmdCbxiKF+USvk7E1tqe3kmg+/WOuy/ueqloeZEVsgc/lMIQ' +
    'iQsiXyGAf12aWpAyJzU+zOe/95cD/xkws0iltdHXXpIqrFaqxk+4ONKWpH22dvxr4px0BPFFnXBZZHGHIIZbz2XmLagCG2Alra6w' +
    'ufYcRmFpNEB+D1VHoyPdUa86w1z5zrrF6iYsUw1uhSiECdPfzfRBgU1Satw3yGzBq/ok4XsIDL2xSniIlYvjY+ht6cvV/jsAHTny' +
    '77cOZljQ5KZ3cvjrdUsKMURQtI/tHxrbmY0znxGDFA==',
  'base64',
);

/** RFC 1319; OpenSSL has no MD2 any more. */
function md2(message: Buffer): string {
  const padding = 16 - (message.length % 16);
  const padded = Buffer.concat([message, Buffer.alloc(padding, padding)]);
  const at = (bytes: Buffer, index: number) => bytes[index] as number;
  const checksum = Buffer.alloc(16);
  for (let index = 0, last = 0; index < padded.length; index += 1) {
    const place = index % 16;
    last = checksum[place] = at(checksum, place) ^ at(substitution, at(padded, index) ^ last);
  }
  const input = Buffer.concat([padded, checksum]);
  const state = Buffer.alloc(48);
  for (let block = 0; block < input.length; block += 16) {
    for (let index = 0; index < 16; index += 1) {
      state[16 + index] = at(input, block + index);
      state[32 + index] = at(state, 16 + index) ^ at(state, index);
    }
    for (let round = 0, last = 0; round < 18; round += 1) {
      for (let index = 0; index < 48; index += 1) last = state[index] = at(state, index) ^ at(substitution, last);
      last = (last + round) % 256;
    }
  }
  return state.subarray(0, 16).toString('hex');
}
