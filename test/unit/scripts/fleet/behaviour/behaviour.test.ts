import { describe, expect, test } from '@jest/globals';
import { behaviourFlag, behaviourHelp } from '../../../../../scripts/fleet/behaviour/behaviour.ts';

describe('--behaviour', () => {
  test.each([
    ['obey', { commands: 'obey', failing: 0, seconds: 0, followsTwin: false }],
    ['obey,twin', { commands: 'obey', failing: 0, seconds: 0, followsTwin: true }],
    ['fail', { commands: 'obey', failing: 1, seconds: 0, followsTwin: false }],
    ['fail=0.1,slow=5', { commands: 'obey', failing: 0.1, seconds: 5, followsTwin: false }],
    ['silent,sleep=20:5', { commands: 'silent', rhythm: { awake: 20, asleep: 5 } }],
    ['flap,reject', { commands: 'reject', rhythm: { awake: 1, asleep: 0.2 } }],
  ])('%s is understood', (text, expected) => {
    expect(behaviourFlag.parse(text)).toMatchObject(expected);
  });

  test.each([
    ['dance', "'dance' is no behaviour: obey, reject,"],
    ['constructor', "'constructor' is no behaviour"],
    ['', "'' is no behaviour"],
    ['fail=2', 'write it as fail=0.1'],
    ['slow', 'write it as slow=5'],
    ['sleep=20', 'write it as sleep=20:5'],
    ['obey=yes', "'obey' takes no value"],
    ['obey,silent', "'silent' contradicts 'obey'"],
    ['silent,slow=5', "'slow' contradicts 'silent'"],
    ['flap,sleep=1:1', "'sleep' contradicts 'flap'"],
    ['twin,twin', "'twin' contradicts 'twin'"],
  ])('%s is refused: %s', (text, words) => {
    expect(behaviourFlag.safeParse(text).error?.issues[0]?.message).toContain(words);
  });

  test('is explained by the usage, in a way that is understood', () => {
    const examples = behaviourHelp.split('\n').map((line) => line.trim().split(' ')[0] ?? '');
    expect(examples).toHaveLength(8);
    for (const example of examples) expect(behaviourFlag.safeParse(example).success).toBe(true);
  });
});
