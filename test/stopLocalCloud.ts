import { rm } from 'node:fs/promises';
import './startLocalCloud.ts';

/** Jest global teardown: stops as Ctrl-C does, so a stop that hangs or fails fails the run. */
export default async function stopLocalCloud(): Promise<void> {
  const running = globalThis.fieldlineUnderTest;
  if (running === undefined) return;
  await running.system.stop();
  await rm(running.stateDir, { recursive: true, force: true });
}
