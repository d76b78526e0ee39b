import * as z from 'zod';
import type { OrderedFault } from '../local/faults/faults.ts';
import { positiveNumber, readCommandLine, runCommand, UsageError, wholeNumber } from './commandLine.ts';
import { askLocalCloud } from './localEndpoint.ts';

const usage = `
npm run faults -- add SERVICE KIND [options]
npm run faults -- list
npm run faults -- clear [ID]

Orders faults of the running local cloud. A fault stays until it has struck --count times, --seconds are over, or it is cleared.

  SERVICE KIND
  dynamodb, s3, sqs, timestream, lambda, execute-api, iot, …:
    latency         the call waits for --milliseconds
    throttle        the service's own throttling error
    error           --status 500, 502, 503 or 504 (default 500)
    drop            the connection is cut without an answer
  mqtt, every publish by MQTT or the data plane's API (not those of rules and of AWS IoT itself):
    drop            the connection is cut, and the publish lost
    duplicate       the publish is taken twice
    reorder         the publish waits for another one to overtake it, at most for --milliseconds (default 500)
  lambda:
    kill            the execution environment ends, --milliseconds after an invocation began (default 0): only what is
                    running then; an invocation that is done by that time is counted as struck and goes on unharmed

  Which calls:
  --operation NAME  WriteRecords, PutItem, SendMessage, PutObject, ManageConnections, … (default all)
  --caller WHO      role (functions and rules), rule (rules alone) or account (people, tools, tests); default all
  --topic NAME      of mqtt: one topic alone
  --client ID       of mqtt: one MQTT client alone
  --function NAME   of kill: one function alone
  --probability P   above 0, at most 1 (default 1)

  How:
  --after           of error and drop: only when the work is done, so that the caller can't know whether it is
  --count N         so many times
  --seconds N       so long
  --milliseconds N, --status N

For example, a Timestream that is down for half a minute, and a tenth of the calls of DynamoDB by functions throttled:

  npm run faults -- add timestream error --operation WriteRecords --seconds 30
  npm run faults -- add dynamodb throttle --caller role --probability 0.1
`;

const text = { type: 'string' } as const;

async function main(): Promise<undefined> {
  const { arguments: words, ...settings } = readCommandLine({
    usage,
    options: {
      operation: text,
      caller: text,
      topic: text,
      client: text,
      function: text,
      probability: text,
      after: { type: 'boolean' },
      count: text,
      seconds: text,
      milliseconds: text,
      status: text,
    },
    schema: z.object({
      arguments: z.array(z.string()),
      operation: z.string().optional(),
      caller: z.string().optional(),
      topic: z.string().optional(),
      client: z.string().optional(),
      function: z.string().optional(),
      probability: positiveNumber(1).optional(),
      after: z.boolean().optional(),
      count: wholeNumber(1).optional(),
      seconds: positiveNumber(86_400).optional(),
      milliseconds: wholeNumber(0, 600_000).optional(),
      status: wholeNumber(500, 504).optional(),
    }),
  });
  const [command, ...rest] = words;
  if (command !== 'add' && Object.keys(settings).length > 0) throw new UsageError('Only add takes options.');
  if (command === 'add' && rest.length === 2) {
    const [service, kind] = rest;
    const body = { service, kind, ...settings };
    console.log(line((await askLocalCloud('faults', { method: 'POST', body })) as OrderedFault));
  } else if (command === 'list' && rest.length === 0) {
    const { faults } = (await askLocalCloud('faults')) as { faults: OrderedFault[] };
    console.log(faults.length === 0 ? 'No fault is ordered.' : faults.map(line).join('\n'));
  } else if (command === 'clear' && rest.length <= 1) {
    const path = rest[0] === undefined ? 'faults' : `faults/${encodeURIComponent(rest[0])}`;
    const { cleared } = (await askLocalCloud(path, { method: 'DELETE' })) as { cleared: number };
    console.log(`${cleared} cleared`);
  } else throw new UsageError(words.length === 0 ? 'add, list or clear?' : `Not understood: ${words.join(' ')}`);
}

function line({ id, service, kind, struck, ended, ...rest }: OrderedFault): string {
  const settings = Object.entries(rest).filter(([name, value]) => !(name === 'probability' && value === 1));
  const words = settings.map(([name, value]) => (value === true ? `--${name}` : `--${name} ${value}`));
  return [`${id}:`, service, kind, ...words, `(struck ${struck} times${ended ? ', ended' : ''})`].join(' ');
}

await runCommand('faults', main);
