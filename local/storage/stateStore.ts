import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/**
 * The one SQLite database in which every part of the local cloud keeps its state. Writes are grouped into commits between turns
 * of the event loop, so what a crash leaves behind is always a prefix of what happened, across all services. Whoever answers
 * somebody outside the process (a PUBACK, a response) waits for `committed` first.
 */
export interface StateStore {
  readonly db: DatabaseSync;
  /** Runs writes inside the group; a throw leaves what `work` already wrote. */
  write<T>(work: () => T): T;
  /** Runs writes inside the group as a whole: a throw undoes all of `work`. */
  atomic<T>(work: () => T): T;
  /** Resolves when everything written so far is committed. */
  committed(): Promise<void>;
  close(): void;
}

/**
 * Under load many share a commit: the next begins this many times as long after the last as that took, so that commits have a
 * bounded share of the time, and those who waited are answered together. A single writer gets its own at once.
 */
const restPerCommit = 20;
/** Writes are committed at the latest after this, milliseconds. */
const longestWait = 10;

/** Of what the parts keep in it; it changes when one of them keeps it otherwise, and does not read what was there. */
const layout = 2;

/** The state is of another version of the local cloud: read as this one's, it would be lost in part, without a word. */
export class OtherLayout extends Error {
  override readonly name = 'OtherLayout';
}

const inMemory = ':memory:';
/** For who had it open before, in this process, and is closing it. Milliseconds. */
const patience = 10_000;

/**
 * Opens (or makes) the database. `:memory:` serves unit tests.
 * @throws OtherLayout
 */
export function openStateStore(path: string): StateStore {
  const db = new DatabaseSync(path, { timeout: patience });
  checkLayout(db, path);
  // WAL with NORMAL survives a killed process; only a power cut can take the last commits.
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; ' +
      // A page that is written often is copied to the database once in 64 MB of log, not once in 4.
      'PRAGMA wal_autocheckpoint = 16384;',
  );
  const checkpoints = path === inMemory ? undefined : startCheckpoints(path);
  let group: Promise<void> | undefined;
  let finishGroup: () => void = () => {};
  let open = true;
  // Who closes it at once may have taken its folder away before the worker was up.
  checkpoints?.on('error', (error) => {
    if (open) process.emitWarning(`no checkpoints beside the writer: ${String(error)}`);
  });
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  /** How many wait for the commit under way, and when the next may begin when it is more than one. */
  let waiting = 0;
  let restUntil = 0;

  const commit = () => {
    clearTimeout(timer);
    clearImmediate(immediate);
    timer = immediate = undefined;
    if (!group) return;
    const began = performance.now();
    db.exec('COMMIT');
    const ended = performance.now();
    restUntil = waiting > 1 ? ended + Math.min(longestWait, (ended - began) * restPerCommit) : 0;
    waiting = 0;
    group = undefined;
    finishGroup();
  };

  const commitSoon = () => {
    waiting += 1;
    if (waiting > 1) return;
    const rest = restUntil - performance.now();
    clearTimeout(timer);
    if (rest > 0) timer = setTimeout(commit, rest);
    else immediate = setImmediate(commit);
  };

  const begin = () => {
    if (group) return;
    if (!open) throw new Error('The state store is closed.');
    db.exec('BEGIN');
    group = new Promise((resolve) => {
      finishGroup = resolve;
    });
    timer = setTimeout(commit, longestWait);
  };

  return {
    db,
    write(work) {
      begin();
      return work();
    },
    atomic(work) {
      begin();
      db.exec('SAVEPOINT work');
      try {
        const result = work();
        db.exec('RELEASE work');
        return result;
      } catch (error) {
        db.exec('ROLLBACK TO work; RELEASE work');
        throw error;
      }
    },
    committed() {
      if (!group) return Promise.resolve();
      commitSoon();
      return group;
    },
    close() {
      commit();
      open = false;
      void checkpoints?.terminate();
      db.close();
    },
  };
}

/** Where they fail nothing is lost but time: the writer makes its own. */
function startCheckpoints(path: string): Worker {
  const worker = new Worker(new URL('./checkpoints.ts', import.meta.url), { workerData: path });
  worker.unref();
  return worker;
}

function checkLayout(db: DatabaseSync, path: string): void {
  const found = db.prepare('PRAGMA user_version').get()?.['user_version'];
  const isNew = db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;
  if (!isNew && found !== layout) {
    db.close();
    throw new OtherLayout(
      `${path} was written by another version of the local cloud (layout ${found}, this one has ${layout}). Begin anew with --fresh, or go on with that version.`,
    );
  }
  db.exec(`PRAGMA user_version = ${layout}`);
}
