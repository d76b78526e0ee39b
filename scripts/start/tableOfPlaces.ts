import { relative } from 'node:path';
import type { SystemOutputs } from '../outputs.ts';
import type { Instance } from './instance.ts';

/** Where everything is, for a person. */
export function tableOfPlaces(
  { dashboard, http, websocket, mqtt, aws, signIn }: SystemOutputs,
  instance: Instance,
): string {
  const outputsFile = relative('.', instance.outputsFile);
  const rows = [
    ...(dashboard === undefined ? [] : [['Dashboard', dashboard.url]]),
    ['Sign in', `${signIn.email}, password ${signIn.password}`],
    ['HTTP API', http.url],
    ['WebSocket', websocket.url],
    ['MQTT', `${mqtt.host}:${mqtt.port}, TLS with a client certificate; CA ${relative('.', mqtt.caFile)}`],
    ['AWS endpoint', `${aws.endpointUrl} (${aws.region})`],
    ['All of it', outputsFile],
    ['Log', relative('.', instance.logFile)],
  ].map(([name = '', place = '']) => `  ${name.padEnd(14)}${place}`);
  const environment = outputsFile === '.fieldline/outputs.json' ? '' : `FIELDLINE_OUTPUTS=${outputsFile} `;
  return [
    '',
    ...rows,
    '',
    `  ${environment}npm run provision -- my-device --local   a device of your own`,
    `  ${environment}npm run simulate -- --devices 50         a bigger fleet, with an account of every message`,
    '',
  ].join('\n');
}
