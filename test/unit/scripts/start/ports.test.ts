import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { assertPortsUsable, freePortOffset, portsAt } from '../../../../scripts/start/ports.ts';

const host = '127.0.0.1';

test('a taken port is named, with the way out', async () => {
  const offset = await freePortOffset(host);
  const { mqtt } = portsAt(offset);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(mqtt, host, resolve));
  await expect(assertPortsUsable(host, offset, ['edge', 'mqtt'])).rejects.toThrow(
    `Taken by another program: port ${mqtt} (MQTT). Stop it, or use other ports: npm start -- --port-offset ${offset + 100}`,
  );
  await expect(assertPortsUsable(host, offset, ['edge'])).resolves.toBeUndefined();
  await new Promise((resolve) => other.close(resolve));
  await expect(assertPortsUsable(host, offset, ['edge', 'mqtt'])).resolves.toBeUndefined();
});

test('a port that browsers refuse is named before anybody waits for its answer', async () => {
  await expect(assertPortsUsable(host, 6697 - 4566, ['edge', 'mqtt'])).rejects.toThrow(
    "Refused by browsers, as another protocol's: port 6697 (AWS endpoint). Use other ports: npm start -- --port-offset 2231",
  );
  await expect(fetch(`http://${host}:6697/`)).rejects.toMatchObject({ cause: { message: 'bad port' } });
});

test('an offset for tests has no port that fetch refuses', async () => {
  const good = await freePortOffset(host);
  const drawn = [6697 - 4566, 10_080 - 8080, good];
  expect(await freePortOffset(host, () => drawn.shift() ?? good)).toBe(good);
});
