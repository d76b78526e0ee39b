/** Jest reporter: ends a run with one plain line, which scripts and CI can read without knowing Jest. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    // A test file that could not even be loaded has no tests to count, and must not pass for none.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    process.stdout.write(`${line}\n`);
  }
}
