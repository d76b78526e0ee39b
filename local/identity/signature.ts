import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../service.ts';

/** Requests may be this far from our clock (AWS: "Elements of an AWS API request signature"). */
const clockSkewMilliseconds = 5 * 60_000;

interface Signed {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface CredentialScope {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly presigned: boolean;
}

/** Reads the Signature Version 4 of a request, from its Authorization header or its query. */
export function credentialScope({ headers, query }: Pick<Signed, 'headers' | 'query'>): CredentialScope | undefined {
  const authorization = headers['authorization'];
  if (authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    const credential = /Credential=([^,\s]+)/.exec(authorization)?.[1];
    const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1];
    const signature = /Signature=([0-9a-f]+)/.exec(authorization)?.[1];
    return scope(credential, signedHeaders, signature, false);
  }
  if (query.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256') {
    return scope(query.get('X-Amz-Credential'), query.get('X-Amz-SignedHeaders'), query.get('X-Amz-Signature'), true);
  }
  return undefined;
}

function scope(
  credential: string | null | undefined,
  signedHeaders: string | null | undefined,
  signature: string | null | undefined,
  presigned: boolean,
): CredentialScope | undefined {
  const [accessKeyId, date, region, service] = credential?.split('/') ?? [];
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(';'), signature, presigned };
}

/**
 * Checks Signature Version 4 (AWS: "Create a signed AWS API request").
 * @throws AwsError SignatureDoesNotMatch or RequestExpired.
 */
export function verifySignature(request: Signed, scope: CredentialScope, secretAccessKey: string): void {
  const time = scope.presigned ? request.query.get('X-Amz-Date') : request.headers['x-amz-date'];
  const signedAt = parseAmzDate(time ?? '');
  const lifetime = scope.presigned ? Number(request.query.get('X-Amz-Expires') ?? 0) * 1000 : clockSkewMilliseconds;
  const now = Date.now();
  if (!(signedAt <= now + clockSkewMilliseconds && now <= signedAt + lifetime)) {
    throw new AwsError('RequestExpired', `Signature expired or not yet valid: it was made at ${String(time)}.`, 403);
  }
  const bodyHash = scope.presigned
    ? scope.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body)
    : (request.headers['x-amz-content-sha256'] ?? sha256(request.body));
  if (/^[0-9a-f]{64}$/.test(bodyHash) && bodyHash !== sha256(request.body)) throw mismatch();
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path, scope.service),
    canonicalQuery(request.query),
    ...scope.signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    scope.signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
  const credential = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const stringToSign = ['AWS4-HMAC-SHA256', time, credential, sha256(canonicalRequest)].join('\n');
  const key = [scope.date, scope.region, scope.service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => createHmac('sha256', previous).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const expected = createHmac('sha256', key).update(stringToSign).digest();
  const given = Buffer.from(scope.signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch();
}

const mismatch = () =>
  new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    403,
  );

const sha256 = (value: string | Buffer) => createHash('sha256').update(value).digest('hex');

/** S3 signs the path as sent; every other service signs it encoded once more. */
function canonicalPath(path: string, service: string): string {
  return service === 's3' ? path : path.split('/').map(uriEncode).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]), Number(match[4]), Number(match[5]), Number(match[6])) : Number.NaN;
}
