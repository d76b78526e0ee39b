import type { Push } from '../live/push.ts';
import { tellAtOnce } from '../live/tellAtOnce.ts';
import type { Sends } from '../platform/clients.ts';
import { wakeMailboxes } from '../platform/mailbox.ts';
import { tellLive } from '../platform/tellLive.ts';
import type { Effects } from './carryOut.ts';
import { type Command, showCommand } from './command.ts';
import { reportToGroup } from './groupReport.ts';
import { publishCommand } from './publish.ts';
import { commandStore, type StoreDependencies } from './store.ts';
import { setTimer } from './timers.ts';

export interface CommandDependencies extends StoreDependencies {
  readonly sqs: Sends;
  /** Of those who send to devices. */
  readonly iotData?: Sends;
  readonly queueUrls: Readonly<Record<'timers' | 'mailbox' | 'live' | 'groups', string>>;
}

/** The effects of plans, on AWS. */
export function commandEffects({ sqs, iotData, queueUrls, ...stored }: CommandDependencies) {
  const wake = wakeMailboxes({ sqs, queueUrl: queueUrls.mailbox });
  const { changes } = tellLive({ sqs, queueUrl: queueUrls.live });
  const store = commandStore(stored);
  return {
    store,
    setTimer: setTimer({ sqs, queueUrl: queueUrls.timers }),
    ...(iotData !== undefined && { publish: publishCommand({ iotData }) }),
    wake: (deviceId: string, how: { readonly next?: true }) => wake([deviceId], how),
    tell: (command: Command) => changes([changeOf(command)]),
    report: reportToGroup({ sqs, queueUrl: queueUrls.groups }),
  } satisfies Effects;
}

/** Tells of commands without the live queue, which has them where that fails. */
export function tellCommandsAtOnce({ push, sqs, queueUrl }: { push: Push; sqs: Sends; queueUrl: string }) {
  const tell = tellAtOnce({ push, queue: tellLive({ sqs, queueUrl }) });
  return (commands: readonly Command[]): Promise<void> => tell(commands.map(changeOf));
}

/** What people who watch the device, its room or its application see of it. */
function changeOf(command: Command) {
  const { applicationId, roomId, parameters: _, ...data } = showCommand(command);
  const { deviceId } = command;
  const at = command.endedAt ?? command.progress?.at ?? command.acknowledgedAt ?? command.sentAt ?? command.createdAt;
  return {
    channels: [
      `device:${deviceId}`,
      ...(roomId === undefined ? [] : [`room:${roomId}`]),
      `application:${applicationId}`,
    ],
    kind: 'command' as const,
    applicationId,
    deviceId,
    ...(roomId !== undefined && { roomId }),
    at: new Date(at).toISOString(),
    data,
  };
}
