import { describe, expect, test } from '@jest/globals';
import { decodeAwsChunked } from '../../../../local/awsChunked.ts';

const headers = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
const decode = (body: string, more: Record<string, string> = {}) =>
  decodeAwsChunked({ headers: { ...headers, ...more }, body: Buffer.from(body) });

describe('an aws-chunked body', () => {
  test('is put together from its chunks, and its trailer becomes headers', () => {
    const decoded = decode(
      '5;chunk-signature=abc\r\nhello\r\n6\r\n world\r\n0\r\nX-Amz-Checksum-Crc32: DUoRhQ==\r\n\r\n',
      {
        'x-amz-decoded-content-length': '11',
      },
    );
    expect(decoded.body.toString()).toBe('hello world');
    expect(decoded.headers['x-amz-checksum-crc32']).toBe('DUoRhQ==');
  });

  test('may be empty, and a chunk may hold line ends', () => {
    expect(decode('0\r\n\r\n').body).toHaveLength(0);
    expect(decode('4\r\n\r\n\r\n\r\n0\r\n\r\n').body.toString()).toBe('\r\n\r\n');
  });

  test.each([
    ['without its last chunk', '5\r\nhello\r\n', {}],
    ['cut inside a chunk', '5\r\nhel', {}],
    ['with a size that is no number', 'five\r\nhello\r\n0\r\n\r\n', {}],
    ['with a size that is wrong', '4\r\nhello\r\n0\r\n\r\n', {}],
    ['shorter than it announced', '5\r\nhello\r\n0\r\n\r\n', { 'x-amz-decoded-content-length': '6' }],
    ['that is empty', '', {}],
  ])('%s is incomplete', (_, body, more) => {
    expect(() => decode(body, more as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'IncompleteBody' }),
    );
  });

  test('any other body stays as it is', () => {
    const request = { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, body: Buffer.from('5\r\nhello') };
    expect(decodeAwsChunked(request)).toEqual(request);
  });
});
