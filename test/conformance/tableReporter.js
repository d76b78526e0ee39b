import { differenceOf, endpointName, staleDifferences } from './differences.ts';

/** Jest reporter: what conforms, by group, and each declared difference with its reason. Says nothing of other projects. */
export default class TableReporter {
  onRunComplete(_contexts, results) {
    const groups = new Map();
    const differing = [];
    const names = new Set();
    for (const { displayName, testFilePath, testResults, testExecError, failureMessage } of results.testResults) {
      if (displayName?.name !== 'conformance') continue;
      if (testExecError) groups.set(testFilePath, { passed: 0, failed: 1, differs: 0, note: failureMessage });
      for (const { ancestorTitles, title, status } of testResults) {
        const [group] = ancestorTitles;
        const behaviour = title.replace(/ \(AWS: "[^"]*"\)$/, '');
        const counts = groups.get(group) ?? { passed: 0, failed: 0, differs: 0 };
        const reason = differenceOf(group, behaviour);
        names.add(`${group}: ${behaviour}`);
        if (status === 'failed') counts.failed += 1;
        else if (status === 'passed' && reason === undefined) counts.passed += 1;
        else if (status === 'passed') {
          counts.differs += 1;
          differing.push(`  ${group}: ${behaviour}: ${reason}`);
        }
        groups.set(group, counts);
      }
    }
    if (groups.size === 0) return;
    const row = (...cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(24) : String(cell).padStart(8))).join('');
    const lines = [...groups].sort().map(([group, { passed, failed, differs }]) => row(group, passed, failed, differs));
    const total = (kind) => [...groups.values()].reduce((sum, counts) => sum + counts[kind], 0);
    const stale = staleDifferences(names).map((name) => `  declared, but there was no such test: ${name}`);
    process.stdout.write(
      [
        `\nConformance of ${endpointName()}`,
        row('', 'passed', 'failed', 'differs'),
        ...lines,
        row('all', total('passed'), total('failed'), total('differs')),
        ...(differing.length > 0 ? ['Differs, as declared in test/conformance/differences.ts:', ...differing] : []),
        ...(results.numTotalTestSuites === groups.size ? stale : []),
        '',
      ].join('\n'),
    );
  }
}
