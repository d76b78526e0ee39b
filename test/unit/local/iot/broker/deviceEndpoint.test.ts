import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, expect, test } from '@jest/globals';
import { createDeviceEndpoint } from '../../../../../local/iot/broker/deviceEndpoint.ts';
import { openCertificateAuthority } from '../../../../../local/iot/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'fieldline-endpoint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

test('a handshake that ends after the close is handed to nobody', async () => {
  const quiet = () => {};
  const handed: unknown[] = [];
  const endpoint = createDeviceEndpoint(
    { log: { info: quiet, warn: quiet, error: quiet } },
    await openCertificateAuthority(folder),
    {
      mqtt: (socket) => handed.push(socket),
      webSocket: () => ({ refused: 'not here' }),
      https: (_request, response) => response.end(),
    },
  );
  const port = await freePort();
  await endpoint.listen('127.0.0.1', port, 'mqtt');
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  // The endpoint has the connection, and nothing of its handshake yet.
  await new Promise((resolve) => setImmediate(resolve));
  endpoint.close();
  const device = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['x-amzn-mqtt-ca'] });
  device.on('error', quiet);
  await once(device, 'close');
  expect(handed).toEqual([]);
});
