import { createHash, createHmac } from 'node:crypto';

interface SigningKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

interface SignedRequest {
  readonly url: string;
  readonly region: string;
  readonly credentials: SigningKey;
  /** Signing name; API Gateway's unless told. */
  readonly service?: string;
  readonly method?: string;
  readonly body?: string;
  /** Signing time, epoch milliseconds. */
  readonly now?: number;
}

const apiGateway = 'execute-api';
const algorithm = 'AWS4-HMAC-SHA256';
const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();
/** RFC 3986, which SigV4 asks for, is a little stricter than encodeURIComponent. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * Headers that sign a call of AWS, of an API Gateway API with IAM authorization unless told otherwise (AWS IAM User Guide: "Create
 * a signed AWS API request").
 */
export function signedHeaders(request: SignedRequest): Record<string, string> {
  const { url, region, credentials, service = apiGateway, method = 'GET', body = '', now = Date.now() } = request;
  const { host, pathname, searchParams } = new URL(url);
  const time = amzTime(now);
  const headers: Record<string, string> = {
    host,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const signature = sign({
    method,
    pathname,
    searchParams,
    headers,
    payloadHash: sha256(body),
    time,
    scope,
    credentials,
    region,
    service,
  });
  const { host: _, ...sent } = headers;
  const names = Object.keys(headers).sort().join(';');
  return {
    ...sent,
    authorization: `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** A WebSocket URL that is signed in its query, valid for five minutes (the same guide: "query string parameters"). */
export function signedWebSocketUrl(request: Omit<SignedRequest, 'service' | 'method' | 'body'>): string {
  const { region, credentials, now = Date.now() } = request;
  const url = new URL(request.url);
  const time = amzTime(now);
  const scope = `${time.slice(0, 8)}/${region}/${apiGateway}/aws4_request`;
  url.searchParams.set('X-Amz-Algorithm', algorithm);
  url.searchParams.set('X-Amz-Credential', `${credentials.accessKeyId}/${scope}`);
  url.searchParams.set('X-Amz-Date', time);
  url.searchParams.set('X-Amz-Expires', '300');
  url.searchParams.set('X-Amz-SignedHeaders', 'host');
  const signature = sign({
    method: 'GET',
    pathname: url.pathname,
    searchParams: url.searchParams,
    headers: { host: url.host },
    payloadHash: sha256(''),
    time,
    scope,
    credentials,
    region,
    service: apiGateway,
  });
  url.searchParams.set('X-Amz-Signature', signature);
  // API Gateway takes the token beside the signature, not under it.
  if (credentials.sessionToken !== undefined) url.searchParams.set('X-Amz-Security-Token', credentials.sessionToken);
  return url.toString();
}

interface Canonical {
  readonly method: string;
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
  readonly time: string;
  readonly scope: string;
  readonly credentials: SigningKey;
  readonly region: string;
  readonly service: string;
}

function sign(request: Canonical): string {
  const names = Object.keys(request.headers).sort();
  const canonical = [
    request.method,
    request.pathname.split('/').map(encode).join('/'),
    [...request.searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .sort()
      .join('&'),
    ...names.map((name) => `${name}:${request.headers[name]?.trim()}`),
    '',
    names.join(';'),
    request.payloadHash,
  ].join('\n');
  const day = hmac(`AWS4${request.credentials.secretAccessKey}`, request.time.slice(0, 8));
  const key = hmac(hmac(hmac(day, request.region), request.service), 'aws4_request');
  return hmac(key, [algorithm, request.time, request.scope, sha256(canonical)].join('\n')).toString('hex');
}

const amzTime = (now: number) => new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
