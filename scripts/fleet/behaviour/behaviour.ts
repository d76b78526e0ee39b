import * as z from 'zod';

/** How simulated devices behave, besides what they measure. */
export interface Behaviour {
  /** What they do with commands. A silent one hears them, and never answers. */
  readonly commands: 'obey' | 'reject' | 'silent';
  /** Of the commands, how many fail: 0 to 1. */
  readonly failing: number;
  /** How long a command takes. Seconds. */
  readonly seconds: number;
  /** How long they are connected, and then not, again and again. Seconds. */
  readonly rhythm?: { readonly awake: number; readonly asleep: number };
  /** Whether they take over what their twin desires, and report it. */
  readonly followsTwin: boolean;
}

const plain: Behaviour = { commands: 'obey', failing: 0, seconds: 0, followsTwin: false };

interface Known {
  readonly help: string;
  /** As it is written behind the name, with an example; `optional` with what it is otherwise. */
  readonly value?: { readonly example: string; readonly pattern: RegExp; readonly otherwise?: string };
  /** What of a behaviour it says; two that say the same contradict each other. */
  readonly says: readonly (keyof Behaviour)[];
  readonly apply: (value: string) => Partial<Behaviour>;
}

const number = /^\d+(?:\.\d+)?$/;
const longest = 86_400;

const known: Readonly<Record<string, Known>> = {
  obey: {
    help: 'acknowledges commands, reports progress, carries them out',
    says: ['commands'],
    apply: () => ({ commands: 'obey' }),
  },
  reject: {
    help: 'rejects every command',
    says: ['commands', 'failing', 'seconds'],
    apply: () => ({ commands: 'reject' }),
  },
  silent: {
    help: 'hears commands and never answers',
    says: ['commands', 'failing', 'seconds'],
    apply: () => ({ commands: 'silent' }),
  },
  fail: {
    help: 'that share of the commands fails (all, without a number)',
    value: { example: 'fail=0.1', pattern: /^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, otherwise: '1' },
    says: ['failing'],
    apply: (value) => ({ failing: Number(value) }),
  },
  slow: {
    help: 'takes that many seconds for a command',
    value: { example: 'slow=5', pattern: number },
    says: ['seconds'],
    apply: (value) => ({ seconds: Math.min(Number(value), longest) }),
  },
  twin: {
    help: 'takes over what its twin desires, and reports it',
    says: ['followsTwin'],
    apply: () => ({ followsTwin: true }),
  },
  sleep: {
    help: 'is connected for so many seconds, then away for so many, again and again',
    value: { example: 'sleep=20:5', pattern: /^\d+(?:\.\d+)?:\d+(?:\.\d+)?$/ },
    says: ['rhythm'],
    apply: (value) => {
      const [awake = 0, asleep = 0] = value.split(':').map(Number);
      return { rhythm: { awake, asleep } };
    },
  },
  flap: {
    help: 'connects and disconnects every second',
    says: ['rhythm'],
    apply: () => ({ rhythm: { awake: 1, asleep: 0.2 } }),
  },
};

/** For a usage text: a line for each behaviour. */
export const behaviourHelp = Object.entries(known)
  .map(([name, { help, value }]) => `    ${(value?.example ?? name).padEnd(16)}${help}`)
  .join('\n');

/** A flag that takes behaviours, separated by commas. */
export const behaviourFlag = z.string().transform((text, context): Behaviour => {
  let behaviour = plain;
  const saidBy = new Map<keyof Behaviour, string>();
  const refuse = (message: string) => context.addIssue({ code: 'custom', message });
  for (const part of text.split(',')) {
    const [name = '', ...rest] = part.split('=');
    const given = rest.length > 0 ? rest.join('=') : undefined;
    const one = Object.hasOwn(known, name) ? known[name] : undefined;
    if (one === undefined) {
      refuse(`'${name}' is no behaviour: ${Object.keys(known).join(', ')} are known`);
      continue;
    }
    const value = given ?? one.value?.otherwise ?? '';
    if (one.value === undefined ? given !== undefined : !one.value.pattern.test(value)) {
      refuse(
        one.value === undefined
          ? `'${name}' takes no value`
          : `'${part}' is not understood: write it as ${one.value.example}`,
      );
      continue;
    }
    const other = one.says.map((what) => saidBy.get(what)).find((before) => before !== undefined);
    if (other !== undefined) refuse(`'${name}' contradicts '${other}': give one of them`);
    for (const what of one.says) saidBy.set(what, name);
    behaviour = { ...behaviour, ...one.apply(value) };
  }
  return behaviour;
});
