import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { lackOf, NotSupported } from './lacks.ts';

// The endpoint is told as to any program that uses an AWS SDK: AWS_ENDPOINT_URL, AWS_REGION, credentials. No client is given more.
Object.assign(process.env, JSON.parse(process.env['CONFORMANCE_LOCAL'] || '{}'));
const environment = (name: string) => process.env[name] || undefined;

// An emulator asks for a signature, and not for whose: as its own tools have it.
if (environment('AWS_ENDPOINT_URL') !== undefined && !environment('AWS_ACCESS_KEY_ID') && !environment('AWS_PROFILE'))
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });

export const region = environment('AWS_REGION') ?? 'us-east-1';

/** For every client of an AWS SDK: an endpoint that does not answer fails a test, and doesn't hang it. */
const settings = {
  region,
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
};

let lack: string | undefined;
export const resetLacks = () => {
  lack = undefined;
};
/** What a call since then met that the endpoint lacks, also where the test expected another error of it. */
export const lastLack = () => lack;

/** A client of an AWS SDK, told no more than any program is. */
export function connect<Settings extends object, Client>(
  Service: new (settings: Settings) => Client,
  more?: Settings,
): Client {
  const client = new Service({ ...settings, ...more } as unknown as Settings);
  const { middlewareStack } = client as {
    middlewareStack: { add(middleware: (next: Next) => Next, options: { step: 'initialize' }): void };
  };
  type Next = (call: unknown) => Promise<unknown>;
  const watch = (next: Next) => async (call: unknown) => {
    try {
      return await next(call);
    } catch (error) {
      lack ??= lackOf(error);
      throw error;
    }
  };
  middlewareStack.add(watch, { step: 'initialize' });
  return client;
}

export function credentials() {
  const [accessKeyId, secretAccessKey] = [environment('AWS_ACCESS_KEY_ID'), environment('AWS_SECRET_ACCESS_KEY')];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error('This test signs by itself: give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
  return { accessKeyId, secretAccessKey, sessionToken: environment('AWS_SESSION_TOKEN') };
}

/** Who vouches for the broker; on AWS the Amazon root CA of the system. */
export const caFile = environment('CONFORMANCE_CA_FILE');

/** `host[:port]` of the broker where DescribeEndpoint does not tell it, by certificate and by WebSocket. */
export const brokers = {
  mqtt: environment('CONFORMANCE_MQTT_ENDPOINT'),
  webSocket: environment('CONFORMANCE_MQTT_WEBSOCKET_ENDPOINT'),
};

/** A name of this run alone. */
export const uniqueName = (what: string) => `conformance-${what}-${randomUUID().slice(0, 8)}`;

/**
 * An output of the suite's own stack (app/app.ts), for what the suite does not make itself. CONFORMANCE_<OUTPUT_IN_CAPITALS> goes
 * before it.
 * @throws NotSupported when the endpoint was given without it
 */
export function output(name: string): string {
  const variable = `CONFORMANCE_${name.replace(/(?<=[a-z])[A-Z]/g, '_$&').toUpperCase()}`;
  const file = environment('CONFORMANCE_OUTPUTS');
  const stacks: Record<string, Record<string, string>> = file !== undefined && existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  const value = environment(variable) ?? stacks['Conformance']?.[name];
  if (value === undefined)
    throw new NotSupported(
      `needs the output ${name} of the suite's stack, by CONFORMANCE_OUTPUTS or ${variable} (test/conformance/README.md)`,
    );
  return value;
}
