import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { answerBytes } from '../../../functions/platform/answerBytes.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function answerOf(listener: RequestListener): Promise<IncomingMessage> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const [answer] = (await once(get({ host: '127.0.0.1', port }), 'response')) as [IncomingMessage];
  return answer;
}

test('an answer in parts is all of them', async () => {
  const answer = await answerOf((_request, response) => {
    response.write('{"Item":');
    setTimeout(() => response.end('"ü"}'), 20);
  });
  expect(Buffer.from(await answerBytes(answer)).toString()).toBe('{"Item":"ü"}');
});

test('an answer without a body is no bytes', async () => {
  expect(await answerBytes(await answerOf((_request, response) => response.end()))).toHaveLength(0);
});

test('an answer that breaks off is an error, not the part that came', async () => {
  const answer = await answerOf((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"Item":');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(answerBytes(answer)).rejects.toThrow('aborted');
});
