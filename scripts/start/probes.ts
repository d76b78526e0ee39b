import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import WebSocket from 'ws';
import { PlainError } from '../commandLine.ts';
import type { SystemOutputs } from '../outputs.ts';

interface Probe {
  readonly what: string;
  readonly ask: () => Promise<void>;
}

/** One question to each part that outputs.json tells of, such as a client would ask. */
export function probesOf(outputs: SystemOutputs, devicesTable: string): Probe[] {
  const { mqtt, http, websocket, dashboard, aws } = outputs;
  return [
    { what: `MQTT at ${mqtt.host}:${mqtt.port}`, ask: () => shakeHands(mqtt) },
    { what: `HTTP API at ${http.url}`, ask: () => get(`${http.url}/api/health`) },
    { what: `WebSocket API at ${websocket.url}`, ask: () => knockAtWebSocket(websocket.url) },
    { what: `AWS endpoint at ${aws.endpointUrl}`, ask: () => readItem(aws, devicesTable) },
    ...(dashboard === undefined ? [] : [{ what: `dashboard at ${dashboard.url}`, ask: () => get(dashboard.url) }]),
  ];
}

/**
 * Asks each until it answers.
 * @param patience milliseconds
 * @throws PlainError naming the part that did not answer and what it said last.
 */
export async function answerAll(probes: readonly Probe[], patience = 30_000): Promise<void> {
  const deadline = Date.now() + patience;
  await Promise.all(
    probes.map(async ({ what, ask }) => {
      for (;;) {
        const failure = await ask().then(
          () => undefined,
          (error: Error) => error,
        );
        if (failure === undefined) return;
        if (Date.now() > deadline) throw new PlainError(`The ${what} does not answer: ${failure.message}`);
        await wait(200);
      }
    }),
  );
}

/** TLS to the end of the handshake, the server's certificate checked against the CA that devices are given. */
async function shakeHands({ host, port, caFile }: SystemOutputs['mqtt']): Promise<void> {
  const ca = await readFile(caFile);
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port, ca, timeout: 5_000 }, () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject).once('timeout', () => socket.destroy(new Error('no answer in 5 s')));
  });
}

async function get(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
  const body = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${body.slice(0, 500)}`);
}

/** Without a ticket: that it is refused proves the API and its authorizer, and calls no more functions than it must. */
async function knockAtWebSocket(url: string): Promise<void> {
  const socket = new WebSocket(url);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy();
      resolve(statusCode);
    });
    socket.once('open', () => resolve(101)).once('error', reject);
  });
  if (status !== 401 && status !== 403) {
    socket.terminate();
    throw new Error(`${status} to a client without a ticket, where 401 or 403 is right`);
  }
}

async function readItem(aws: SystemOutputs['aws'], devicesTable: string): Promise<void> {
  const { region, endpointUrl: endpoint, accessKeyId, secretAccessKey } = aws;
  // An object of its own: the SDK adds notes of its own to the credentials that it is given.
  const credentials = { accessKeyId, secretAccessKey };
  const db = new DynamoDBClient({ region, endpoint, credentials, maxAttempts: 1 });
  await db.send(
    new GetItemCommand({ TableName: devicesTable, Key: { deviceId: { S: '#probe' }, item: { S: 'device' } } }),
  );
  db.destroy();
}
