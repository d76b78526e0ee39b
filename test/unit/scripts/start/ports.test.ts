import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { assertPortsFree, freePortOffset, portsAt } from '../../../../scripts/start/ports.ts';

const host = '127.0.0.1';

test('a taken port is named, with the way out', async () => {
  const offset = await freePortOffset(host);
  const { mqtt } = portsAt(offset);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(mqtt, host, resolve));
  await expect(assertPortsFree(host, offset, ['edge', 'mqtt'])).rejects.toThrow(
    `Taken by another program: port ${mqtt} (MQTT). Stop it, or use other ports: npm start -- --port-offset ${offset + 100}`,
  );
  await expect(assertPortsFree(host, offset, ['edge'])).resolves.toBeUndefined();
  await new Promise((resolve) => other.close(resolve));
  await expect(assertPortsFree(host, offset, ['edge', 'mqtt'])).resolves.toBeUndefined();
});
