import { readTokenEnd } from '../platform/access/caller.ts';
import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { liveApiEnv } from './env.ts';
import { liveOperations } from './operations.ts';
import { issueTicket } from './tickets.ts';

const env = parseEnv(liveApiEnv);
const db = documentClient();
const issue = issueTicket({ db, tableName: env.EPHEMERAL_TABLE });

export const handler = httpApi(
  liveOperations,
  {
    createLiveTicket: async ({ access: { caller }, event }) => {
      const { ticket, expiresAt } = await issue({ ...caller, authorizedUntil: readTokenEnd(event) });
      return { body: { ticket, expiresAt, url: `${env.WEBSOCKET_URL}?ticket=${ticket}` } };
    },
  },
  apiDependencies(env, db),
);
