import { setTimeout as wait } from 'node:timers/promises';
import { commandTopic } from '../../../functions/commands/protocol.ts';
import type { DeviceConnection, Publisher } from '../connectDevice.ts';
import { answerCommands } from './answerCommands.ts';
import type { Behaviour } from './behaviour.ts';
import { followTwin, reportTo } from './followTwin.ts';
import { stationActions } from './stationActions.ts';
import { stationType } from './stationModel.ts';
import type { CommandTally } from './tally.ts';

interface Behaving {
  readonly behaviour: Behaviour;
  readonly tally: CommandTally;
  /** Whether it says that it is a weather station. */
  readonly announces: boolean;
}

/**
 * Makes a simulated weather station of a connected device.
 * @throws Error when the broker refuses what the station subscribes to or says
 */
export async function behave(device: DeviceConnection, { behaviour, tally, announces }: Behaving): Promise<Publisher> {
  const report = behaviour.followsTwin ? reportTo(device) : async () => {};
  const actions = stationActions(device, report);
  // Before it listens: a command for a device without a type is refused.
  if (announces)
    await device.publish(
      `devices/register/${device.deviceId}`,
      Buffer.from(JSON.stringify({ model: 'simulated', deviceType: stationType })),
    );
  const take = answerCommands({ device, behaviour, actions, tally });
  await device.listen(commandTopic(device.deviceId), (payload) => void take(payload));
  if (behaviour.followsTwin) await followTwin(device);
  const closing = new AbortController();
  if (behaviour.rhythm !== undefined) void comeAndGo(device, behaviour.rhythm, closing.signal);
  return {
    deviceId: device.deviceId,
    publish: device.publish,
    close: () => {
      closing.abort();
      return device.close();
    },
  };
}

async function comeAndGo(
  device: Pick<DeviceConnection, 'leaveFor'>,
  { awake, asleep }: NonNullable<Behaviour['rhythm']>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await wait(awake * 1000, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await device.leaveFor(asleep * 1000);
  }
}
