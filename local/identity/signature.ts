import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../service.ts';

/** How far the clock of a request may be from ours (AWS: "AWS Signature Version 4 for API requests"; for S3 "Error responses"). */
const skewMinutes = (service: string) => (service === 's3' ? 15 : 5);
/** Presigned requests live for a week at most. */
const longestLifeSeconds = 604_800;

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
 * @throws AwsError with the code that AWS has for it.
 */
export function verifySignature(
  request: Signed,
  scope: CredentialScope,
  secretAccessKey: string,
  region: string,
): void {
  const time = (scope.presigned ? request.query.get('X-Amz-Date') : request.headers['x-amz-date']) ?? '';
  checkTime(time, request, scope);
  if (!time.startsWith(scope.date)) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  if (scope.region !== region)
    throw invalid(`Credential should be scoped to a valid region, not '${scope.region}'; this is '${region}'.`);
  if (!scope.signedHeaders.includes('host'))
    throw invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const bodyHash = scope.presigned
    ? scope.service === 's3'
      ? 'UNSIGNED-PAYLOAD'
      : sha256(request.body)
    : (request.headers['x-amz-content-sha256'] ?? sha256(request.body));
  if (/^[0-9a-f]{64}$/.test(bodyHash) && bodyHash !== sha256(request.body)) {
    if (scope.service !== 's3') throw mismatch();
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      400,
    );
  }
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

const invalid = (message: string) => new AwsError('InvalidSignatureException', message, 403);

const mismatch = () =>
  invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );

function checkTime(time: string, { query }: Signed, { service, presigned }: CredentialScope): void {
  const skew = skewMinutes(service) * 60_000;
  const now = Date.now();
  const signedAt = parseAmzDate(time);
  if (Number.isNaN(signedAt))
    throw new AwsError('IncompleteSignatureException', `Date must be in ISO-8601 'basic format'. Got '${time}'.`, 400);
  const expires = query.get('X-Amz-Expires');
  if (presigned && (service === 's3' || expires !== null)) {
    const seconds = Number(expires ?? Number.NaN);
    if (!(seconds >= 0 && seconds <= longestLifeSeconds)) {
      throw new AwsError(
        'AuthorizationQueryParametersError',
        `X-Amz-Expires must be a number of seconds from 0 to ${longestLifeSeconds}`,
        400,
      );
    }
    if (now > signedAt + seconds * 1000)
      throw service === 's3'
        ? new AwsError('AccessDenied', 'Request has expired', 403)
        : expired(time, seconds * 1000, now);
  } else if (now > signedAt + skew) {
    throw service === 's3' ? tooSkewed() : expired(time, skew, now);
  }
  if (now < signedAt - skew) {
    if (service === 's3') throw tooSkewed();
    throw invalid(
      `Signature not yet current: ${time} is still later than ${amzDate(now + skew)} (${amzDate(now)} + ${skew / 60_000} min.)`,
    );
  }
}

const tooSkewed = () =>
  new AwsError(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    403,
  );

const expired = (time: string, life: number, now: number) =>
  invalid(
    `Signature expired: ${time} is now earlier than ${amzDate(now - life)} (${amzDate(now)} - ${Math.round(life / 60_000)} min.)`,
  );

const amzDate = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');

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
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseAmzDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  return match
    ? Date.UTC(
        Number(match[1]),
        Number(match[2]) - 1,
        Number(match[3]),
        Number(match[4]),
        Number(match[5]),
        Number(match[6]),
      )
    : Number.NaN;
}
