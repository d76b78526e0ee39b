import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Resident memory of a process and all its descendants, in megabytes. */
export async function residentMegabytes(root: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=']);
  const processes = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [pid: number, parent: number, kilobytes: number]);
  const tree = new Set([root]);
  // A child may be listed before its parent: until nothing is added.
  for (let size = 0; size < tree.size; ) {
    size = tree.size;
    for (const [pid, parent] of processes) if (tree.has(parent)) tree.add(pid);
  }
  return processes.reduce((sum, [pid, , kilobytes]) => sum + (tree.has(pid) ? kilobytes : 0), 0) / 1024;
}

/** Of the kernel's accounting of a process: what Linux has on every machine (proc(5)). */
const ticksPerSecond = 100;

/** Processor time that a process has used, in seconds; undefined where there is no /proc. */
export async function processorSeconds(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold anything; user and system time are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/**
 * Time in which the processors of this virtual machine had work and its host gave them to others, in seconds since it started, of all
 * processors together; undefined where there is no /proc.
 */
export async function stolenSeconds(): Promise<number | undefined> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => undefined);
  // The first line is of all processors; "steal" is the 8th number of it.
  return stat === undefined ? undefined : Number(stat.split(/\s+/)[8]) / ticksPerSecond;
}

/** Resident memory of a Node.js process that does nothing, in megabytes. */
export async function bareNodeMegabytes(): Promise<number> {
  const child = spawn(process.execPath, ['-e', "setInterval(() => {}, 60_000); console.log('up')"], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await new Promise((resolve, reject) => child.stdout.once('data', resolve).once('end', reject));
    return await residentMegabytes(child.pid ?? 0);
  } finally {
    child.kill();
  }
}
