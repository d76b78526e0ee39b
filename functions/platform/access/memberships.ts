import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { type Membership, membership } from '../../model/application.ts';
import type { Sends } from '../clients.ts';
import { directoryKeys, memberIndex } from '../records/directory.ts';
import { queryItems } from '../tables.ts';
import type { Caller } from './caller.ts';

/** A changed or revoked membership is in force everywhere within this. */
const lifetimeMilliseconds = 20_000;
const peopleKept = 1000;

export interface Standing {
  readonly memberships: ReadonlyMap<string, Membership>;
  /** False once the person signed out of this session. */
  readonly signedIn: boolean;
}

/** What a person is a member of, and whether the session still holds; kept for seconds. */
export const readStanding = ({ db, tableName }: { readonly db: Sends; readonly tableName: string }) => {
  const kept = new Map<string, { readonly standing: Promise<Standing>; readonly until: number }>();
  return (caller: Caller, now = Date.now()): Promise<Standing> => {
    const key = `${caller.userId}/${caller.sessionId ?? ''}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > now) return known.standing;
    const standing = readNow({ db, tableName }, caller);
    if (kept.size >= peopleKept) kept.clear();
    kept.set(key, { standing, until: now + lifetimeMilliseconds });
    standing.catch(() => kept.delete(key));
    return standing;
  };
};

async function readNow({ db, tableName }: { db: Sends; tableName: string }, caller: Caller): Promise<Standing> {
  const [memberships, session] = await Promise.all([
    readMemberships({ db, tableName })(caller.userId),
    caller.sessionId === undefined
      ? undefined
      : db.send(new GetCommand({ TableName: tableName, Key: directoryKeys.session(caller.userId, caller.sessionId) })),
  ]);
  return {
    memberships: new Map(memberships.map((one) => [one.applicationId, one])),
    signedIn: session?.Item?.['signedOutAt'] === undefined,
  };
}

/** All memberships of a person, by the index. */
export const readMemberships =
  (table: { readonly db: Sends; readonly tableName: string }) =>
  async (userId: string): Promise<Membership[]> => {
    const found: Membership[] = [];
    for await (const item of queryItems(table, {
      IndexName: memberIndex.name,
      KeyConditionExpression: '#user = :user',
      ExpressionAttributeNames: { '#user': memberIndex.partitionKey },
      ExpressionAttributeValues: { ':user': userId },
    }))
      found.push(membership.parse(item));
    return found;
  };
