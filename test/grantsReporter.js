import { rm } from 'node:fs/promises';
import { isWholeRun, keepGrants, unusedGrants } from './local/grants.ts';

/**
 * Jest reporter: when all local tests have run, says which grants of Fieldline's roles none of them used and which calls were
 * refused, and counts that as a test. Before the global teardown: the system that they share still runs.
 */
export default class GrantsReporter {
  #error;

  async onRunComplete(_contexts, results) {
    const folder = process.env.FIELDLINE_GRANTS;
    const shared = globalThis.fieldlineUnderTest?.system;
    // A run that a test started has them of the run that started the system.
    if (folder === undefined || shared === undefined) return;
    try {
      if (!(await isWholeRun(results.testResults))) return;
      await keepGrants(shared.outputs);
      const findings = await unusedGrants(folder);
      if (findings.length === 0) {
        results.numPassedTests += 1;
        process.stdout.write('The tests used every grant that the templates give, and nothing was refused.\n');
      } else {
        results.numFailedTests += 1;
        process.stdout.write(`\nGrants that no test used, and calls that were refused:\n${findings.join('\n')}\n`);
        this.#error = new Error(`${findings.length} grants were not used, or calls refused`);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  getLastError() {
    return this.#error;
  }
}
