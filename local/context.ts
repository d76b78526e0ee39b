import type { StateStore } from './storage/stateStore.ts';

/** What every part of the local cloud is given. */
export interface CloudContext {
  readonly partition: 'aws';
  readonly region: string;
  readonly accountId: string;
  /** Base of the AWS endpoint, `http://127.0.0.1:4566`. */
  readonly endpointUrl: string;
  /** Where the parts keep files of their own (DuckDB, certificate authority). */
  readonly stateDir: string;
  /** The one SQLite database of all parts. */
  readonly store: StateStore;
  readonly log: CloudLog;
}

/** One line per event worth a person's look; fields are printed behind the message. */
export interface CloudLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
