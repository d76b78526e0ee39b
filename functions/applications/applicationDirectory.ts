import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Application } from '../model/application.ts';
import type { Sends } from '../platform/clients.ts';
import { notFound } from '../platform/http/problem.ts';
import { directoryKeys } from '../platform/records/directory.ts';
import { queryItems, writeItems } from '../platform/tables.ts';
import { parseApplication } from './applicationRecords.ts';

/** An application and what it holds, in the directory table. */
export function applicationDirectory(table: { readonly db: Sends; readonly tableName: string }) {
  const read = async (key: { pk: string; sk: string }): Promise<unknown> => {
    const { Item } = await table.db.send(
      new GetCommand({ TableName: table.tableName, Key: key, ConsistentRead: true }),
    );
    return Item;
  };
  const find = async (applicationId: string): Promise<Application | undefined> =>
    parseApplication(await read(directoryKeys.application(applicationId)));

  return {
    read,
    find,
    /** @throws Problem 404 */
    async application(applicationId: string): Promise<Application> {
      const found = await find(applicationId);
      if (found === undefined) throw notFound('application', applicationId);
      return found;
    },
    /** Members, API keys, device types: all that only a query by the application finds. @returns how many there were */
    async removeContents(applicationId: string): Promise<number> {
      const keys: object[] = [];
      for await (const { pk, sk } of queryItems(table, {
        KeyConditionExpression: 'pk = :application',
        ExpressionAttributeValues: { ':application': directoryKeys.member(applicationId, '').pk },
        ConsistentRead: true,
      }))
        keys.push({ DeleteRequest: { Key: { pk, sk } } });
      await writeItems(table, keys);
      return keys.length;
    },
  };
}
