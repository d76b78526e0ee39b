import type { Granted } from '../access/authorize.ts';
import { narrowDevices } from '../access/narrow.ts';
import { type ListQuery, openFilter } from '../http/listQuery.ts';
import { deviceIndexes } from './registry.ts';

/** A list of devices by one of their indexes, narrowed to what a member's grants show; more conditions may be added. */
export function openDeviceList(
  tableName: string,
  indexName: keyof typeof deviceIndexes,
  value: string,
  access: Pick<Granted, 'grants'>,
) {
  const index = deviceIndexes[indexName];
  const filter = openFilter();
  narrowDevices(filter, access, index);
  return {
    filter,
    query: (descending = false): ListQuery => ({
      tableName,
      indexName,
      partition: { name: index.partitionKey, value },
      keyNames: [...new Set(['deviceId', 'item', index.partitionKey, index.sortKey])],
      descending,
      filter: filter.filter(),
    }),
  };
}
