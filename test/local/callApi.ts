import { signedHeaders } from '../../scripts/signing.ts';
import type { SystemUnderTest } from './openSystem.ts';

interface ApiCall {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Other than the account's own; `undefined` leaves the call unsigned. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON that an assertion looks into
  readonly json: any;
}

/** GET of the HTTP API, signed by IAM as a person's tool does it. */
export async function callApi({ http, aws }: SystemUnderTest, call: ApiCall): Promise<ApiAnswer> {
  const url = `${http.url}${call.path}`;
  const credentials = 'credentials' in call ? call.credentials : aws;
  const signature = credentials === undefined ? {} : signedHeaders({ url, region: aws.region, credentials });
  const response = await fetch(url, { headers: { ...call.headers, ...signature } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: text === '' ? undefined : JSON.parse(text) };
}
