import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

// The endpoint is told as to any program that uses an AWS SDK: AWS_ENDPOINT_URL, AWS_REGION, credentials. No client is given more.
Object.assign(process.env, JSON.parse(process.env['CONFORMANCE_LOCAL'] ?? '{}'));
const environment = (name: string) => process.env[name] || undefined;

export const region = environment('AWS_REGION') ?? 'us-east-1';

/** For every client of an AWS SDK: an endpoint that does not answer fails a test, and doesn't hang it. */
export const client = {
  region,
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 },
} as const;

/** Where a service is called without a client of the SDK. */
export const endpointOf = (service: string) =>
  environment('AWS_ENDPOINT_URL') ?? `https://${service}.${region}.amazonaws.com`;

export function credentials() {
  const [accessKeyId, secretAccessKey] = [environment('AWS_ACCESS_KEY_ID'), environment('AWS_SECRET_ACCESS_KEY')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('This test signs by itself: give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  return { accessKeyId, secretAccessKey, sessionToken: environment('AWS_SESSION_TOKEN') };
}

/** Who vouches for the broker; on AWS the Amazon root CA of the system. */
export const caFile = environment('CONFORMANCE_CA_FILE');

/** A name of this run alone. */
export const uniqueName = (what: string) => `conformance-${what}-${randomUUID().slice(0, 8)}`;

/**
 * An output of the suite's own stack (app/app.ts), for what the suite does not make itself.
 * @throws Error when the endpoint was given without it
 */
export function output(name: string): string {
  const file = environment('CONFORMANCE_OUTPUTS');
  const stacks: Record<string, Record<string, string>> = file !== undefined && existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  const value = stacks['Conformance']?.[name];
  if (value === undefined)
    throw new Error(
      `Needs the output ${name} of the stack Conformance: deploy test/conformance/app/app.ts with --outputs-file and name that file in CONFORMANCE_OUTPUTS.`,
    );
  return value;
}
