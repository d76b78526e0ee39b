import { type Item, itemBytes } from './attributeValue.ts';

/** Capacity units of one request (AWS: "DynamoDB read and write operations"). Reckoned when asked for: few requests ask. */
export type Capacity = () => { readonly read: number; readonly write: number };

/** One read unit is 4 KB consistently, 8 KB eventually; at least half a unit. */
export const readUnits =
  (bytes: () => number, consistent: boolean): Capacity =>
  () => {
    const units = Math.max(1, Math.ceil(bytes() / 4096));
    return { read: consistent ? units : units / 2, write: 0 };
  };

/** One write unit is 1 KB of the larger of the item before and after. Index writes come on top in AWS and aren't counted here. */
export const writeUnits =
  (before: Item | undefined, after: Item | undefined): Capacity =>
  () => {
    const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
    return { read: 0, write: Math.max(1, Math.ceil(bytes / 1024)) };
  };
