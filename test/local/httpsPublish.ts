import { request } from 'node:https';
import type { Credentials } from './mqttPackets.ts';
import type { SystemUnderTest } from './openSystem.ts';

/** Asks the device endpoint over HTTPS with a client certificate. @returns the status, as in `HTTP 403` */
export function askByHttps(
  { mqtt: { host, port } }: Pick<SystemUnderTest, 'mqtt'>,
  { caPem, certificatePem, privateKeyPem }: Credentials,
  { method, path, body = '' }: { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, method, path, ca: caPem, cert: certificatePem, key: privateKeyPem, agent: false },
      (response) => {
        response.on('error', reject);
        response.resume();
        response.once('end', () => resolve(`HTTP ${response.statusCode}`));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
