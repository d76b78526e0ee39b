import { AwsError } from './service.ts';

/**
 * The payload of a request whose body is `aws-chunked`: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n[trailers]\r\n`
 * (AWS: "Signature calculations for the Authorization header: transferring payload in multiple chunks"). Any other body as it is.
 */
export function decodeAwsChunked(request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }): Buffer {
  const { headers, body } = request;
  if (!headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return body;
  const parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new AwsError('IncompleteBody', 'The aws-chunked body is cut or malformed.', 400);
    if (size === 0) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
}
