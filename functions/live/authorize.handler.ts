import { verifyConnection, verifySignature } from '../platform/access/apiKeySignature.ts';
import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { webSocketAuthorizer } from '../platform/webSocketAuthorizer.ts';
import { admitConnection } from './admission.ts';
import { authorizeEnv } from './env.ts';
import { useTicket } from './tickets.ts';

const env = parseEnv(authorizeEnv);
const db = documentClient();

export const handler = webSocketAuthorizer(
  admitConnection({
    useTicket: useTicket({ db, tableName: env.EPHEMERAL_TABLE }),
    verifyConnection: verifyConnection(
      verifySignature({ db, directoryTable: env.DIRECTORY_TABLE, ephemeralTable: env.EPHEMERAL_TABLE }),
    ),
  }),
);
