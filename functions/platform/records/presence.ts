/** When a device was last heard to be there: its item `presence` in the devices table, which says nothing that an index is made of. */
export const presenceKey = (deviceId: string) => ({ deviceId, item: 'presence' });
