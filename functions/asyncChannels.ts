import * as z from 'zod';
import { groupCommandChange } from './commandGroups/protocol.ts';
import { commandChannels } from './commands/asyncChannels.ts';
import { commandChange } from './commands/command.ts';
import { eventChannels } from './events/asyncChannels.ts';
import { liveChannels } from './live/asyncChannels.ts';
import { event } from './model/event.ts';
import type { AsyncChannels } from './platform/asyncChannel.ts';
import { presenceChannels } from './presence/asyncChannels.ts';
import { presenceChange } from './presence/protocol.ts';
import { provisioningChannels } from './provisioning/asyncChannels.ts';
import { telemetryChannels } from './telemetry/asyncChannels.ts';
import { twinChannels } from './twin/asyncChannels.ts';
import { twinChange } from './twin/protocol.ts';

/** Every MQTT topic of devices, and the WebSocket API: what the AsyncAPI document is made of. */
export const channels: AsyncChannels = {
  ...telemetryChannels,
  ...provisioningChannels,
  ...presenceChannels,
  ...commandChannels,
  ...twinChannels,
  ...eventChannels,
  ...liveChannels({
    command: z.union([commandChange, groupCommandChange]),
    event,
    presence: presenceChange,
    twin: twinChange,
  }),
};
