import type { LiveUpdate } from '../../../functions/live/protocol.ts';
import type { MessageRecord } from '../../../functions/model/message.ts';
import type { Failure } from '../../../functions/platform/failure.ts';
import type { DeadLetter } from '../../../functions/telemetry/forward.ts';
import type { IngestDependencies, Known } from '../../../functions/telemetry/ingestBatch.ts';
import type { RoutedMessage } from '../../../functions/telemetry/routedMessage.ts';
import type { Aggregated } from '../../../functions/telemetry/stages/aggregate.ts';
import { profileOf } from './samples.ts';

const storage: Failure = { failureClass: 'storage', reason: 'it is down' };

/** What each dependency is told to fail at: all of it, or those that a predicate names. */
export interface Faults {
  readonly profiles?: boolean;
  readonly known?: boolean;
  readonly archive?: boolean;
  readonly live?: boolean;
  readonly presence?: boolean;
  readonly store?: (message: Aggregated) => Failure | undefined;
  readonly registry?: (deviceId: string) => boolean;
  readonly state?: (deviceId: string) => boolean;
  readonly records?: (record: MessageRecord) => boolean;
  readonly retry?: (message: RoutedMessage) => boolean;
  readonly deadLetters?: (letter: DeadLetter) => boolean;
}

function fail(wanted: boolean | undefined): void {
  if (wanted) throw new Error('it is down');
}

/** All that the pipeline depends on, keeping what it is given. */
export function pipeline(faults: Faults = {}, known: Partial<Known> = {}) {
  const kept = {
    archived: [] as string[],
    written: [] as Aggregated[],
    moved: [] as Aggregated[],
    welcomed: [] as string[],
    shown: [] as LiveUpdate[],
    /** Of each call to presence, whom it is to look at. */
    checked: [] as (readonly string[])[],
    records: [] as MessageRecord[],
    retried: [] as { readonly message: RoutedMessage; readonly failure: Failure }[],
    deadLetters: [] as DeadLetter[],
  };
  const dependencies: IngestDependencies = {
    readProfiles: async () => {
      fail(faults.profiles);
      return () => profileOf();
    },
    readKnown: async () => {
      fail(faults.known);
      return { stored: new Map(), states: new Map(), ...known };
    },
    archive: async (messages) => {
      fail(faults.archive);
      kept.archived.push(...messages.map(({ traceId }) => traceId));
      return messages.map((_, index) => ({ key: 'raw/x.gz', offset: index * 10, length: 10 }));
    },
    writeTelemetry: async (messages) => {
      const failures = new Map(
        messages.flatMap((message) => {
          const failure = faults.store?.(message);
          return failure ? [[message, failure] as const] : [];
        }),
      );
      kept.written.push(...messages.filter((message) => !failures.has(message)));
      return failures;
    },
    saveStates: async (messages) => {
      const failing = messages.filter(({ deviceId }) => faults.state?.(deviceId));
      kept.moved.push(...messages.filter((message) => !failing.includes(message)));
      return new Map(failing.map(({ deviceId }) => [deviceId, storage]));
    },
    welcome: async (devices) => {
      const failing = [...devices.keys()].filter((deviceId) => faults.registry?.(deviceId));
      kept.welcomed.push(...[...devices.keys()].filter((deviceId) => !failing.includes(deviceId)));
      return new Map(failing.map((deviceId) => [deviceId, storage]));
    },
    sendLive: async (updates) => {
      fail(faults.live);
      kept.shown.push(...updates);
    },
    checkPresence: async (deviceIds) => {
      fail(faults.presence);
      kept.checked.push(deviceIds);
    },
    insertRecords: async (records) => {
      const failing = records.filter((record) => faults.records?.(record));
      kept.records.push(...records.filter((record) => !failing.includes(record)));
      return new Map(failing.map((record) => [record, storage]));
    },
    sendToRetry: async (failed) => {
      const unsent = failed.filter(({ message }) => faults.retry?.(message));
      kept.retried.push(...failed.filter((each) => !unsent.includes(each)));
      return new Map(unsent.map((each) => [each, 'it is down']));
    },
    sendToDeadLetters: async (ended) => {
      const unsent = ended.filter(({ deadLetter }) => faults.deadLetters?.(deadLetter));
      kept.deadLetters.push(...ended.filter((each) => !unsent.includes(each)).map(({ deadLetter }) => deadLetter));
      return new Map(unsent.map((each) => [each, 'it is down']));
    },
    maxAttempts: 5,
  };
  return { dependencies, kept };
}
export type Kept = ReturnType<typeof pipeline>['kept'];
