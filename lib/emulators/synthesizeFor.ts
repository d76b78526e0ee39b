import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { type LeftOut, leaveOut } from './leaveOut.ts';
import { type EmulatorName, emulators } from './profiles.ts';

/** In the assembly's folder: what was left out, for tools. */
export const leftOutFile = 'left-out.json';

/** Synthesizes an app without what an emulator refuses, and says on stderr what that is. */
export function synthesizeFor(app: App, name: EmulatorName): void {
  const leftOut = leaveOut(app, emulators[name]);
  const { directory } = app.synth();
  writeFileSync(join(directory, leftOutFile), `${JSON.stringify(leftOut, null, 2)}\n`);
  console.error(`Left out for ${emulators[name].title}:\n${listOf(leftOut)}`);
}

/** A line for each, in columns. */
export function listOf(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return '  nothing';
  const width = (key: keyof LeftOut) => Math.max(...leftOut.map((each) => each[key].length));
  return leftOut
    .map(
      ({ stack, logicalId, type }) =>
        `  ${stack.padEnd(width('stack'))}  ${logicalId.padEnd(width('logicalId'))}  ${type}`,
    )
    .join('\n');
}
