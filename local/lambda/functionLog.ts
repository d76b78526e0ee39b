import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

const rotateAtBytes = 20 * 1024 * 1024;

/** Lines of several invocations go to disk together: each write is a job for another thread. */
const writeEveryMilliseconds = 20;

/** A function's log on disk. At 20 MiB it becomes `<file>.1` and a new one begins. */
export function openFunctionLog(file: string): { write(text: string): void; close(): void } {
  mkdirSync(dirname(file), { recursive: true });
  let size = sizeOf(file);
  let stream = open(file);
  let waiting = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting !== '') stream.write(waiting);
    waiting = '';
  };
  return {
    write(text) {
      size += Buffer.byteLength(text);
      if (size > rotateAtBytes) {
        flush();
        stream.end();
        renameSync(file, `${file}.1`);
        stream = open(file);
        size = 0;
      }
      waiting += text;
      timer ??= setTimeout(flush, writeEveryMilliseconds);
    },
    close() {
      flush();
      stream.end();
    },
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function open(file: string): WriteStream {
  return createWriteStream(file, { flags: 'a' });
}
