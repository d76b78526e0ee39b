import { differenceOf, endpointName, staleDifferences } from './differences.ts';
import { notSupportedPrefix } from './lacks.ts';

const kinds = ['passed', 'failed', 'differs', 'not supported'];

/**
 * Jest reporter: what conforms, by group, each declared difference with its reason, and what the endpoint lacks. Says nothing of
 * other projects.
 */
export default class TableReporter {
  onRunComplete(_contexts, results) {
    const groups = new Map();
    const differing = [];
    const lacking = new Map();
    const names = new Set();
    const count = (group, kind) => {
      if (!groups.has(group)) groups.set(group, Object.fromEntries(kinds.map((each) => [each, 0])));
      groups.get(group)[kind] += 1;
    };
    for (const { displayName, testFilePath, testResults, testExecError } of results.testResults) {
      if (displayName?.name !== 'conformance') continue;
      if (testExecError) count(testFilePath, 'failed');
      for (const { ancestorTitles, title, status, failureMessages } of testResults) {
        const [group] = ancestorTitles;
        const behaviour = title.replace(/ \(AWS: "[^"]*"\)$/, '');
        names.add(`${group}: ${behaviour}`);
        const reason = differenceOf(group, behaviour);
        const lack = failureMessages
          .map((message) => message.split('\n').find((line) => line.includes(notSupportedPrefix)))
          .find((line) => line !== undefined)
          ?.split(notSupportedPrefix)[1];
        if (status === 'failed') count(group, lack === undefined ? 'failed' : 'not supported');
        else if (status === 'passed') count(group, reason === undefined ? 'passed' : 'differs');
        if (status === 'failed' && lack !== undefined)
          lacking.set(`  ${group}: ${lack}`, (lacking.get(`  ${group}: ${lack}`) ?? 0) + 1);
        if (status === 'passed' && reason !== undefined) differing.push(`  ${group}: ${behaviour}: ${reason}`);
      }
    }
    if (groups.size === 0) return;
    const row = (name, cells) => [name.padEnd(24), ...cells.map((cell) => String(cell).padStart(14))].join('');
    const sorted = [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
    const total = (kind) => sorted.reduce((sum, [, counts]) => sum + counts[kind], 0);
    // Of the groups that ran whole.
    const stale =
      results.numPendingTests > 0 ? [] : staleDifferences(names).filter((name) => groups.has(name.split(': ')[0]));
    process.stdout.write(
      [
        `\nConformance of ${endpointName()}`,
        row('', kinds),
        ...sorted.map(([group, counts]) =>
          row(
            group,
            kinds.map((kind) => counts[kind]),
          ),
        ),
        row('all', kinds.map(total)),
        ...(differing.length > 0 ? ['Differs, as declared in test/conformance/differences.ts:', ...differing] : []),
        ...(lacking.size > 0
          ? ['Not supported here, and not declared:', ...[...lacking].map(([lack, tests]) => `${lack} [${tests}]`)]
          : []),
        ...stale.map((name) => `  declared, but there was no such test: ${name}`),
        '',
      ].join('\n'),
    );
  }
}
