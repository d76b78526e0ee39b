import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { webSocketAuthorizer } from '../platform/webSocketAuthorizer.ts';
import { authorizeEnv } from './env.ts';
import { holderAttributes } from './holder.ts';
import { useTicket } from './tickets.ts';

const env = parseEnv(authorizeEnv);
const use = useTicket({ db: documentClient(), tableName: env.EPHEMERAL_TABLE });

export const handler = webSocketAuthorizer(async ({ queryStringParameters }) => {
  const holder = await use(queryStringParameters?.['ticket'] ?? '');
  return holder && { principalId: holder.userId, context: holderAttributes(holder) };
});
