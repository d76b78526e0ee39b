import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { RoleReport } from '../../local/identity/accessLog.ts';

/** Which grants of Fieldline's roles the tests have used: each system's report, taken before it ends, in a folder of the run. */

const readReport = async (endpointUrl: string): Promise<RoleReport[]> => {
  const answer = (await (await fetch(`${endpointUrl}/_local/iam`)).json()) as { readonly roles: RoleReport[] };
  return answer.roles;
};

/** Keeps what was used in a system, in runs that ask for it. */
export async function keepGrants({ aws }: { readonly aws: { readonly endpointUrl: string } }): Promise<void> {
  const folder = process.env['FIELDLINE_GRANTS'];
  if (folder === undefined) return;
  await writeFile(join(folder, `${randomUUID()}.json`), JSON.stringify(await readReport(aws.endpointUrl)));
}

/** What no system of a run used, or what one was refused, a line each. */
export async function unusedGrants(folder: string): Promise<string[]> {
  const texts = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return unusedIn(texts.map((text) => JSON.parse(text)));
}

/** What only a race takes, which no test can be sure to win: a command that is read again, for somebody cancelled it in that moment. */
const byChance = [
  /^Fieldline-\w+-Commands \/ (?:Dispatch|Timer)Role\w+: unused dynamodb:GetItem on [^,]*table\/Fieldline-\w+-Commands-/,
];

export function unusedIn(reports: readonly (readonly RoleReport[])[]): string[] {
  const unused = new Map<string, boolean>();
  const refused = new Set<string>();
  for (const { origin, grants, refused: calls } of reports.flat()) {
    const role = `${origin.stack} / ${origin.logicalId}`;
    // Of no resource that there is: a table that a test took away.
    for (const { action, resource } of calls)
      if (resource !== '*') refused.add(`${role}: refused ${action} on ${resource}`);
    for (const { policy, actions, resources, unusedActions, unusedResources } of grants) {
      const note = (what: string, isUnused: boolean) => {
        const line = `${role}: unused ${what} [${policy}]`;
        unused.set(line, (unused.get(line) ?? true) && isUnused);
      };
      for (const action of actions) note(`${action} on ${resources.join(', ')}`, unusedActions.includes(action));
      for (const resource of resources)
        note(`${actions.join(', ')} on ${resource}`, unusedResources.includes(resource));
    }
  }
  const isSure = (line: string) => !byChance.some((pattern) => pattern.test(line));
  return [...[...unused].flatMap(([line, isUnused]) => (isUnused && isSure(line) ? [line] : [])), ...refused].sort();
}

/** Whether a run had all files of this folder, and none failed: only then what was not used means something. */
export async function isWholeRun(
  results: readonly {
    readonly testFilePath: string;
    readonly numFailingTests: number;
    readonly testExecError?: unknown;
  }[],
): Promise<boolean> {
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.ts'));
  const here = results.filter(({ testFilePath }) => testFilePath.startsWith(import.meta.dirname));
  const ran = new Set(here.map(({ testFilePath }) => basename(testFilePath)));
  const isWell = here.every((result) => result.numFailingTests === 0 && result.testExecError === undefined);
  return isWell && files.every((name) => ran.has(name));
}
