import { AwsError } from './service.ts';

interface Upload {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The payload of a request whose body is `aws-chunked`: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n … 0\r\n[trailers]\r\n`
 * (AWS: "Signature calculations for the Authorization header: transferring payload in multiple chunks"), its trailers among the
 * headers. Any other request as it is. The signatures of the chunks aren't looked at.
 * @throws AwsError IncompleteBody
 */
export function decodeAwsChunked({ headers, body }: Upload): Upload {
  if (!headers['x-amz-content-sha256']?.startsWith('STREAMING-')) return { headers, body };
  const incomplete = () => new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
  const parts: Buffer[] = [];
  for (let position = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = /^([0-9a-f]+)(;|$)/i.exec(body.toString('latin1', position, Math.max(lineEnd, position)))?.[1];
    if (lineEnd < 0 || size === undefined) throw incomplete();
    const end = lineEnd + 2 + Number.parseInt(size, 16);
    if (end === lineEnd + 2) {
      const decoded = Buffer.concat(parts);
      const announced = headers['x-amz-decoded-content-length'];
      if (announced !== undefined && Number(announced) !== decoded.length) throw incomplete();
      return { headers: { ...headers, ...trailers(body.toString('latin1', end)) }, body: decoded };
    }
    if (body.toString('latin1', end, end + 2) !== '\r\n') throw incomplete();
    parts.push(body.subarray(lineEnd + 2, end));
    position = end + 2;
  }
}

function trailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').map((line) => /^([\w-]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((line) => (line ? [[String(line[1]).toLowerCase(), String(line[2])]] : [])));
}
