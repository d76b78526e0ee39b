import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStateStore, type StateStore } from '../../../../local/storage/stateStore.ts';
import { until } from '../../../until.ts';

describe('the state store', () => {
  let folder: string;
  let store: StateStore;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldline-store-'));
    store = openStateStore(join(folder, 'state.db'));
    store.db.exec('CREATE TABLE t (v INTEGER)');
  });

  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });

  const insert = (v: number) => store.db.prepare('INSERT INTO t VALUES (?)').run(v);
  const seenByAnotherConnection = () => {
    const other = new DatabaseSync(join(folder, 'state.db'), { readOnly: true });
    const rows = other.prepare('SELECT v FROM t ORDER BY v').all() as { v: number }[];
    other.close();
    return rows.map((row) => row.v);
  };

  it('commits all writes of one turn together, and says when', async () => {
    store.write(() => insert(1));
    store.write(() => insert(2));
    expect(seenByAnotherConnection()).toEqual([]);
    await store.committed();
    expect(seenByAnotherConnection()).toEqual([1, 2]);
  });

  it('undoes only the failed atomic work', async () => {
    store.write(() => insert(1));
    expect(() =>
      store.atomic(() => {
        insert(2);
        throw new Error('no');
      }),
    ).toThrow('no');
    store.atomic(() => insert(3));
    await store.committed();
    expect(seenByAnotherConnection()).toEqual([1, 3]);
  });

  it('copies what was committed into the database beside the writer, long before the log is full', async () => {
    const pages = 200;
    for (let page = 0; page < pages; page += 1)
      store.write(() => store.db.exec(`INSERT INTO t VALUES (zeroblob(4096))`));
    await store.committed();
    const path = join(folder, 'state.db');
    await until('the pages in the database', () => statSync(path).size > pages * 4096);
  });

  it('waits for who still closes it, who has it alone meanwhile', async () => {
    store.close();
    const path = join(folder, 'state.db');
    const closing = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
      const db = new (require('node:sqlite').DatabaseSync)(workerData);
      db.exec('PRAGMA locking_mode = EXCLUSIVE; INSERT INTO t VALUES (1)');
      parentPort.postMessage('alone');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      db.close();`,
      { eval: true, workerData: path },
    );
    await once(closing, 'message');
    store = openStateStore(path);
    expect(seenByAnotherConnection()).toEqual([1]);
    await closing.terminate();
  });

  it('commits what is open when it closes', () => {
    store.write(() => insert(7));
    store.close();
    expect(seenByAnotherConnection()).toEqual([7]);
    store = openStateStore(':memory:');
  });

  it('opens again what it made, and nothing that another version made', () => {
    const path = join(folder, 'state.db');
    store.close();
    openStateStore(path).close();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA user_version = 1');
    other.close();
    expect(() => openStateStore(path)).toThrow(/layout 1, this one has \d+\)\. Begin anew with --fresh/);
    store = openStateStore(':memory:');
  });
});
