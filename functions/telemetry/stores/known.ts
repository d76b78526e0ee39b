import type { Sends } from '../../platform/clients.ts';
import { messageKey, storedEntry } from '../../platform/records/messages.ts';
import { readItems } from '../../platform/tables.ts';
import type { Known } from '../ingestBatch.ts';
import type { Aggregated } from '../stages/aggregate.ts';
import { parseDeviceState, stateKey } from './deviceState.ts';
import { storedTraces } from './messageRecords.ts';

/** Reads what is on record of these messages and of their devices, together: one call for a batch of up to fifty. */
export const readKnown =
  ({ db, devicesTable, messagesTable }: { db: Sends; devicesTable: string; messagesTable: string }) =>
  async (messages: readonly Aggregated[]): Promise<Known> => {
    const { [messagesTable]: records = [], [devicesTable]: items = [] } = await readItems({ db })({
      [messagesTable]: [...new Set(messages.map(messageKey))].map((key) => ({ messageKey: key, entry: storedEntry })),
      [devicesTable]: [...new Set(messages.map(({ deviceId }) => deviceId))].map(stateKey),
    });
    const states = items.flatMap((item) => parseDeviceState(item) ?? []);
    return { stored: storedTraces(records), states: new Map(states.map((state) => [state.deviceId, state])) };
  };
