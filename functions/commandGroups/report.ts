import * as z from 'zod';
import { deviceId } from '../model/identifiers.ts';
import { type Granted, seesDevice } from '../platform/access/authorize.ts';
import { countsByOutcome, type Group, outcome, type Target } from './groupCommand.ts';
import { type Counts, countOutcomes, type Outcome, verdictOf } from './quorum.ts';

/** Names in a list of a report, so that the report of any group is small enough to be asked for often. */
const mostNamed = 200;

const namedFailure = z.object({ deviceId, outcome, reason: z.string().optional() });
const names = z.array(deviceId).meta({ description: `By id, the first ${mostNamed}` });

/** How far a group command is: at any moment each of its devices is counted once. */
export const groupReport = z
  .object({
    counts: countsByOutcome,
    quorum: z.enum(['met', 'missed', 'open']).meta({ description: 'open: it depends on those that have not ended' }),
    open: names,
    /** They could not be sent it in time. */
    offline: names,
    failures: z.array(namedFailure).meta({ description: `Ended otherwise; by id, the first ${mostNamed}` }),
    compensation: z
      .object({ counts: countsByOutcome, failures: z.array(namedFailure) })
      .optional()
      .meta({ description: 'Of those that succeeded, when too few did' }),
  })
  .meta({ id: 'GroupCommandReport' });

/** What became of a group's devices, and of those that are compensated. */
export function countTargets(targets: readonly Target[]): { readonly command: Counts; readonly compensation: Counts } {
  const compensated = targets.filter(({ outcome: ended }) => ended === 'succeeded');
  return {
    command: countOutcomes(targets.map(({ outcome: ended }) => ended)),
    compensation: countOutcomes(compensated.map(({ compensation }) => compensation)),
  };
}

/** @param access names are those that its grants show; the counts are of all */
export function reportOf(
  group: Group,
  targets: readonly Target[],
  access: Pick<Granted, 'grants'>,
): z.infer<typeof groupReport> {
  const counts = countTargets(targets);
  const shown = targets.filter((target) => seesDevice(access, target));
  const named = (ended: Outcome | undefined) =>
    shown
      .filter((target) => target.outcome === ended)
      .map((target) => target.deviceId)
      .slice(0, mostNamed);
  return {
    counts: counts.command,
    quorum: verdictOf(counts.command, group.quorum),
    open: named(undefined),
    offline: named('expired'),
    failures: failuresOf(
      shown
        .filter((target) => target.outcome !== 'expired')
        .map(({ deviceId: id, outcome: ended, reason }) => ({ deviceId: id, outcome: ended, reason })),
    ),
    ...(group.compensatingSince !== undefined && {
      compensation: {
        counts: counts.compensation,
        failures: failuresOf(
          shown.map(({ deviceId: id, compensation, compensationReason: reason }) => ({
            deviceId: id,
            outcome: compensation,
            reason,
          })),
        ),
      },
    }),
  };
}

interface Ended {
  readonly deviceId: string;
  readonly outcome: Outcome | undefined;
  readonly reason: string | undefined;
}

const failuresOf = (all: readonly Ended[]): z.infer<typeof namedFailure>[] =>
  all
    .flatMap((one) =>
      one.outcome === undefined || one.outcome === 'succeeded' ? [] : [{ ...one, outcome: one.outcome }],
    )
    .slice(0, mostNamed);
