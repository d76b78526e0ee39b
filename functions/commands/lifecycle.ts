import type { CommandProgress } from './protocol.ts';

/**
 * The life of a command: which event moves it from which state to which. Everything that changes a command goes through
 * `transition`, and the store's condition on its version makes that a compare-and-set.
 *
 *     queued → sent → acknowledged → succeeded | failed | rejected
 *     queued → expired | cancelled        sent → cancelled        sent, acknowledged → timed-out
 */
export const openStates = ['queued', 'sent', 'acknowledged'] as const;
export const finalStates = ['succeeded', 'failed', 'rejected', 'expired', 'timed-out', 'cancelled'] as const;
type OpenState = (typeof openStates)[number];
export type FinalState = (typeof finalStates)[number];
export type CommandState = OpenState | FinalState;

export const isFinal = (state: CommandState): state is FinalState =>
  (finalStates as readonly CommandState[]).includes(state);

/** Whether the device has it: no other of its commands is sent meanwhile. */
export const isUnderWay = (state: CommandState): boolean => state === 'sent' || state === 'acknowledged';

/** Whether the mailbox must be woken for others. Of one that was never sent nobody knows: it may be the one that was to go at this moment. */
export const leavesFollower = ({ state, followed }: Life): boolean => isFinal(state) && followed !== false;

/** What the life of a command is decided by, and what it leaves behind. Times are epoch milliseconds. */
export interface Life {
  readonly state: CommandState;
  readonly createdAt: number;
  /** It is not sent after this. */
  readonly expiresAt: number;
  /** From when it was sent until it must have ended. */
  readonly timeoutSeconds: number;
  /** The gateway by which the device is told. */
  readonly gatewayId?: string | undefined;
  /** Names this sending of it to the device, so that the answer to another is not taken for this one's. */
  readonly attemptId?: string | undefined;
  readonly sentAt?: number | undefined;
  /** Once it was sent: whether another waits behind it, which whoever ends it lets go. */
  readonly followed?: boolean | undefined;
  readonly acknowledgedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** What the device said last of how far it is, and when. */
  readonly progress?: (CommandProgress & { readonly at: number }) | undefined;
  readonly result?: unknown;
  /** Why it did not succeed. */
  readonly reason?: string | undefined;
}

/** What may happen to a command, and when. */
export type LifeEvent = { readonly at: number } & (
  | { readonly type: 'send'; readonly attemptId: string; readonly followed: boolean }
  /** Another waits behind it. */
  | { readonly type: 'follow' }
  | DeviceEvent
  /** The device is behind this gateway now, or behind none. */
  | { readonly type: 'route'; readonly gatewayId: string | undefined }
  | { readonly type: 'cancel' }
  | { readonly type: 'tick' }
);

/** What the device says of an attempt. */
export type DeviceEvent = { readonly at: number; readonly attemptId: string } & (
  | { readonly type: 'acknowledge' }
  | { readonly type: 'progress'; readonly progress: CommandProgress }
  | {
      readonly type: 'end';
      readonly outcome: 'succeeded' | 'failed' | 'rejected';
      readonly result?: unknown;
      readonly reason?: string | undefined;
    }
);

/** What an event changes; undefined when it changes nothing: it is late, repeated, or another attempt's. */
export function transition(life: Life, event: LifeEvent): Partial<Life> | undefined {
  const { at } = event;
  switch (event.type) {
    case 'send':
      if (life.state !== 'queued' || at >= life.expiresAt) return undefined;
      return { state: 'sent', attemptId: event.attemptId, sentAt: at, followed: event.followed };
    case 'follow':
      return isUnderWay(life.state) && life.followed !== true ? { followed: true } : undefined;
    case 'acknowledge':
      return life.state === 'sent' && life.attemptId === event.attemptId ? acknowledgement(life, at) : undefined;
    case 'progress':
      if (!isUnderWay(life.state) || life.attemptId !== event.attemptId) return undefined;
      // Messages overtake each other: what was said earlier is no news.
      if (life.progress !== undefined && at <= life.progress.at) return undefined;
      return { ...acknowledgement(life, at), progress: { ...event.progress, at } };
    case 'end': {
      if (!isUnderWay(life.state) || life.attemptId !== event.attemptId) return undefined;
      const { outcome: state, result, reason } = event;
      // A device may answer with its result at once: that acknowledges it too.
      return {
        ...acknowledgement(life, at),
        state,
        endedAt: at,
        ...(result !== undefined && { result }),
        ...(reason !== undefined && { reason }),
      };
    }
    case 'route':
      if (isFinal(life.state) || life.gatewayId === event.gatewayId) return undefined;
      return { gatewayId: event.gatewayId };
    case 'cancel':
      // What the device said that it is doing can't be taken back.
      return life.state === 'queued' || life.state === 'sent' ? { state: 'cancelled', endedAt: at } : undefined;
    case 'tick':
      return isFinal(life.state) || at < dueAt(life) ? undefined : { ...overdue[life.state], endedAt: at };
  }
}

const acknowledgement = ({ acknowledgedAt }: Life, at: number) => ({
  state: 'acknowledged' as const,
  acknowledgedAt: acknowledgedAt ?? at,
});

const overdue = {
  queued: { state: 'expired', reason: 'It could not be sent before it expired.' },
  sent: { state: 'timed-out', reason: 'The device did not answer in time.' },
  acknowledged: { state: 'timed-out', reason: 'The device began, and did not say in time how it ended.' },
} as const satisfies Record<OpenState, Partial<Life>>;

/** When a command that is open must be looked at, at the latest. Epoch milliseconds. */
export const dueAt = ({ state, expiresAt, sentAt, timeoutSeconds }: Life): number =>
  state === 'queued' || sentAt === undefined ? expiresAt : sentAt + timeoutSeconds * 1000;
