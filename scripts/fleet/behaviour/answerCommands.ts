import { setTimeout as wait } from 'node:timers/promises';
import {
  type CommandMessage,
  type CommandResponse,
  commandMessage,
  responseTopic,
} from '../../../functions/commands/protocol.ts';
import type { Publisher } from '../connectDevice.ts';
import type { Behaviour } from './behaviour.ts';
import type { Actions } from './stationActions.ts';
import type { CommandTally } from './tally.ts';

type Answer = Omit<CommandResponse, 'commandId' | 'attemptId'>;

/** Attempts that a device keeps in mind: whatever is repeated comes soon. */
const attemptsKept = 1000;

interface Obeying {
  readonly device: Pick<Publisher, 'deviceId' | 'publish'>;
  readonly behaviour: Pick<Behaviour, 'commands' | 'failing' | 'seconds'>;
  readonly actions: Actions;
  readonly tally: CommandTally;
  /** 0 to 1. */
  readonly random?: () => number;
}

/**
 * What a device does with what comes on its topic of commands, one command after the other: an attempt that it knows is not carried
 * out again, and answered with what it was answered last.
 */
export function answerCommands({ device, behaviour, actions, tally, random = Math.random }: Obeying) {
  /** By attempt id: what was answered last. */
  const attempts = new Map<string, Answer | undefined>();
  const topic = responseTopic(device.deviceId);

  /** @returns whether the broker has it */
  const answer = async ({ commandId, attemptId }: CommandMessage, said: Answer): Promise<boolean> => {
    attempts.set(attemptId, said);
    const response: CommandResponse = { commandId, attemptId, ...said };
    try {
      await device.publish(topic, Buffer.from(JSON.stringify(response)));
      return true;
    } catch {
      // The service sends it again, or gives up on it: both are for it to say.
      tally.unsent += 1;
      return false;
    }
  };
  const end = async (command: CommandMessage, said: Answer & { status: keyof CommandTally['answered'] }) => {
    if (await answer(command, said)) tally.answered[said.status] += 1;
  };

  /** Tells of each quarter; what takes no time has one to tell of. */
  const work = async (command: CommandMessage): Promise<void> => {
    for (const percent of behaviour.seconds > 0 ? [25, 50, 75] : [50]) {
      if (behaviour.seconds > 0) await wait(behaviour.seconds * 250);
      await answer(command, { status: 'progress', percent });
    }
    if (behaviour.seconds > 0) await wait(behaviour.seconds * 250);
  };

  const obey = async (command: CommandMessage): Promise<void> => {
    if (behaviour.commands === 'reject')
      return end(command, { status: 'rejected', reason: 'it rejects every command' });
    if (Date.now() > Date.parse(command.deadline))
      return end(command, { status: 'rejected', reason: `the deadline ${command.deadline} is over` });
    const prepared = actions(command.name, command.parameters);
    if ('rejected' in prepared) return end(command, { status: 'rejected', reason: prepared.rejected });
    await answer(command, { status: 'acknowledged' });
    await work(command);
    if (random() < behaviour.failing) return end(command, { status: 'failed', reason: 'it fails on request' });
    const outcome = await prepared.carryOut();
    await end(
      command,
      'failed' in outcome
        ? { status: 'failed', reason: outcome.failed }
        : { status: 'succeeded', result: outcome.result },
    );
    await outcome.afterwards?.();
  };

  const take = async (command: CommandMessage): Promise<void> => {
    if (attempts.has(command.attemptId)) {
      tally.repeated += 1;
      const last = attempts.get(command.attemptId);
      if (last !== undefined) await answer(command, last);
      return;
    }
    attempts.set(command.attemptId, undefined);
    const [oldest] = attempts.keys();
    if (attempts.size > attemptsKept && oldest !== undefined) attempts.delete(oldest);
    await obey(command);
  };

  let last: Promise<void> = Promise.resolve();
  /** @returns when it has been dealt with */
  return (payload: Buffer): Promise<void> => {
    const command = readCommand(payload);
    if (command === undefined) tally.notUnderstood += 1;
    else tally.received += 1;
    if (command !== undefined && behaviour.commands !== 'silent') last = last.then(() => take(command));
    return last;
  };
}

function readCommand(payload: Buffer): CommandMessage | undefined {
  try {
    return commandMessage.safeParse(JSON.parse(payload.toString())).data;
  } catch {
    return undefined;
  }
}
