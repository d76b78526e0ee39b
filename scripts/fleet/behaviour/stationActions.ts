import * as z from 'zod';
import type { DeviceConnection } from '../connectDevice.ts';

/** How an action ended on the device. */
type Outcome = ({ readonly result: unknown } | { readonly failed: string }) & {
  /** What happens once the answer has gone. */
  readonly afterwards?: () => Promise<void>;
};

/** An action that can begin, or why it can't. */
type Prepared = { readonly carryOut: () => Promise<Outcome> } | { readonly rejected: string };

/** What a simulated device can do. */
export type Actions = (name: string, parameters: unknown) => Prepared;

const celsius = z.number().min(-40).max(60).meta({ unit: 'Cel' });
const seconds = z.number().min(0.1).max(3600).meta({ unit: 's' });

/** What each action of a weather station takes; its Thing Model says the same to people. */
export const stationInputs = {
  setTarget: z.strictObject({ temperature: celsius }),
  reboot: z.strictObject({}),
  sleep: z.strictObject({ seconds }),
  fail: z.strictObject({ reason: z.string().max(200).optional() }),
};

/** How long a station is away to start anew. Milliseconds. */
const rebootMilliseconds = 500;

/** @param report tells the twin of a value that changed */
export function stationActions(
  device: Pick<DeviceConnection, 'leaveFor'>,
  report: (values: Readonly<Record<string, unknown>>) => Promise<void>,
): Actions {
  let starts = 1;
  const actions: Readonly<Record<string, (parameters: unknown) => Prepared>> = {
    setTarget: prepared(stationInputs.setTarget, async ({ temperature }) => {
      await report({ target: temperature });
      return { result: { target: temperature } };
    }),
    reboot: prepared(stationInputs.reboot, async () => {
      await device.leaveFor(rebootMilliseconds);
      starts += 1;
      return { result: { starts } };
    }),
    sleep: prepared(stationInputs.sleep, async ({ seconds: duration }) => ({
      result: { until: new Date(Date.now() + duration * 1000).toISOString() },
      afterwards: () => device.leaveFor(duration * 1000),
    })),
    fail: prepared(stationInputs.fail, async ({ reason = 'it was asked to fail' }) => ({ failed: reason })),
  };
  return (name, parameters) => {
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action !== undefined) return action(parameters);
    return { rejected: `There is no action '${name}': ${Object.keys(actions).join(', ')} are known.` };
  };
}

const prepared =
  <Input extends z.ZodType>(input: Input, act: (parameters: z.output<Input>) => Promise<Outcome>) =>
  (parameters: unknown): Prepared => {
    const parsed = input.safeParse(parameters);
    if (parsed.success) return { carryOut: () => act(parsed.data) };
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'parameters'}: ${message}`);
    return { rejected: problems.join('; ').slice(0, 1024) };
  };
