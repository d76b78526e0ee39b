/**
 * The life of a command: which event moves it from which state to which. Everything that changes a command goes through
 * `transition`, and the store's condition on its version makes that a compare-and-set.
 *
 *     queued → sent → acknowledged → succeeded | failed | rejected
 *     queued → expired | cancelled        sent → cancelled        sent, acknowledged → timed-out
 */
export const openStates = ['queued', 'sent', 'acknowledged'] as const;
export const finalStates = ['succeeded', 'failed', 'rejected', 'expired', 'timed-out', 'cancelled'] as const;
export type OpenState = (typeof openStates)[number];
export type FinalState = (typeof finalStates)[number];
export type CommandState = OpenState | FinalState;

export const isFinal = (state: CommandState): state is FinalState =>
  (finalStates as readonly CommandState[]).includes(state);

/** What the life of a command is decided by. Times are epoch milliseconds. */
export interface Life {
  readonly state: CommandState;
  /** It is not sent after this. */
  readonly expiresAt: number;
  /** Milliseconds from when it was sent until it must have ended. */
  readonly timeout: number;
  /** Names this sending of it to the device, so that the answer to another is not taken for this one's. */
  readonly attemptId?: string | undefined;
  readonly sentAt?: number | undefined;
}

/** What may happen to a command. */
export type LifeEvent =
  | { readonly type: 'send'; readonly attemptId: string; readonly at: number }
  | { readonly type: 'acknowledge'; readonly attemptId: string }
  | { readonly type: 'end'; readonly attemptId: string; readonly outcome: 'succeeded' | 'failed' | 'rejected' }
  | { readonly type: 'cancel' }
  | { readonly type: 'tick'; readonly at: number };

/** The state after an event; undefined when the event changes nothing: it is late, repeated, or another attempt's. */
export function transition(life: Life, event: LifeEvent): Partial<Life> | undefined {
  switch (event.type) {
    case 'send':
      if (life.state !== 'queued' || event.at >= life.expiresAt) return undefined;
      return { state: 'sent', attemptId: event.attemptId, sentAt: event.at };
    case 'acknowledge':
      return life.state === 'sent' && life.attemptId === event.attemptId ? { state: 'acknowledged' } : undefined;
    case 'end':
      // A device may answer with its result at once: that acknowledges it too.
      return !isFinal(life.state) && life.state !== 'queued' && life.attemptId === event.attemptId
        ? { state: event.outcome }
        : undefined;
    case 'cancel':
      // What the device said that it is doing can't be taken back.
      return life.state === 'queued' || life.state === 'sent' ? { state: 'cancelled' } : undefined;
    case 'tick':
      if (life.state === 'queued') return event.at >= life.expiresAt ? { state: 'expired' } : undefined;
      if (isFinal(life.state)) return undefined;
      return event.at >= dueAt(life) ? { state: 'timed-out' } : undefined;
  }
}

/** When a command that is open must be looked at, at the latest. Epoch milliseconds. */
export const dueAt = ({ state, expiresAt, sentAt, timeout }: Life): number =>
  state === 'queued' || sentAt === undefined ? expiresAt : sentAt + timeout;
