import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { httpHandler } from '../platform/httpHandler.ts';
import { readDevicesEnv } from './env.ts';
import { readDevices } from './readDevices.ts';

const env = parseEnv(readDevicesEnv);

export const handler = httpHandler(
  readDevices({ db: documentClient(), devicesTable: env.DEVICES_TABLE, messagesTable: env.MESSAGES_TABLE }),
);
