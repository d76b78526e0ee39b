/**
 * Runs inside a worker thread: copies what was committed from the write-ahead log of the state into its database, every second, beside the
 * thread that writes. What that thread has to copy itself when the log is full is then little: otherwise all wait for it, by
 * fifty milliseconds for 64 MB. (SQLite: "Write-Ahead Logging", a passive checkpoint waits for nobody and holds up nobody.)
 */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const between = 1000;

const db = new DatabaseSync(workerData as string, { timeout: between });
setInterval(() => db.exec('PRAGMA wal_checkpoint(PASSIVE)'), between);
