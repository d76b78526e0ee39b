/** What was published in a run, by which the records are read back afterwards. */
export interface Ledger {
  /** Times that each message key (`<deviceId>/<messageId>`) was published. */
  readonly copies: ReadonlyMap<string, number>;
  /** Publishes of payloads that carry no id, by device. */
  readonly withoutId: ReadonlyMap<string, number>;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly published: number;
  readonly acknowledged: number;
  /** Why the broker did not acknowledge, and how often. */
  readonly refusals: ReadonlyMap<string, number>;
}

export interface LedgerKeeper extends Ledger {
  /** Writes the publish down and waits for its end; a refusal is counted, not thrown. */
  record(message: { deviceId: string; messageId: string | undefined }, publish: Promise<void>): Promise<void>;
}

const increment = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

export function openLedger(startedAt = Date.now()): LedgerKeeper {
  const copies = new Map<string, number>();
  const withoutId = new Map<string, number>();
  const refusals = new Map<string, number>();
  let published = 0;
  let acknowledged = 0;
  return {
    copies,
    withoutId,
    refusals,
    startedAt,
    get published() {
      return published;
    },
    get acknowledged() {
      return acknowledged;
    },
    async record({ deviceId, messageId }, publish) {
      published += 1;
      if (messageId === undefined) increment(withoutId, deviceId);
      else increment(copies, `${deviceId}/${messageId}`);
      try {
        await publish;
        acknowledged += 1;
      } catch (error) {
        increment(refusals, error instanceof Error ? error.message : String(error));
      }
    },
  };
}
