import type * as z from 'zod';
import type { GivenRow, RowOutcome } from '../http/bulk.ts';
import { Problem } from '../http/problem.ts';
import { newId } from '../ulid.ts';
import { untilCurrent } from './deviceChanges.ts';

/** A row that can be read, with the id that it is about. */
export interface ImportRow {
  readonly row: number;
  readonly id: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What a row asks for, thought over: an entity comes or changes. */
export interface Planned<Entity> {
  readonly before: Entity | undefined;
  readonly after: Entity;
}

/** Rows thought over together, and how what they ask for is done. */
export interface Plan<Entity> {
  /** By row; what is refused is its problem. */
  readonly rows: ReadonlyMap<number, Planned<Entity> | Problem>;
  /** In one transaction. @throws Problem when all of it is refused */
  apply(changes: readonly Planned<Entity>[]): Promise<void>;
}

export interface Importer<Entity> {
  /** Reads what is there, and decides row by row. */
  plan(rows: readonly ImportRow[]): Promise<Plan<Entity>>;
  /** Cuts changes into parts that fit into a transaction each. */
  pack(changes: readonly Planned<Entity>[]): Planned<Entity>[][];
}

/** The result of something for one row: a bad row is an outcome, a fault is not. */
export function orProblem<Result>(decide: () => Result): Result | Problem {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Ids of the rows; those without one get a new one. A second row about the same thing is refused. */
export function identify(
  given: readonly GivenRow[],
  idField: string,
  schema: z.ZodType<string>,
): { rows: ImportRow[]; refused: RowOutcome[] } {
  const rows: ImportRow[] = [];
  const refused: RowOutcome[] = [];
  const first = new Map<string, number>();
  for (const one of given) {
    const { row } = one;
    if ('reason' in one) {
      refused.push({ row, result: 'refused', reason: one.reason });
      continue;
    }
    const { data: id, error } = schema.safeParse(one.value[idField] ?? newId());
    if (id === undefined)
      refused.push({
        row,
        result: 'refused',
        reason: `/${idField}: ${error?.issues.map(({ message }) => message).join('; ')}`,
      });
    else if (first.has(id))
      refused.push({ row, id, result: 'refused', reason: `row ${first.get(id)} is about '${id}' too` });
    else {
      first.set(id, row);
      rows.push({ row, id, value: one.value });
    }
  }
  return { rows, refused };
}

/**
 * Does what rows ask for, as many as fit in a transaction; where one is refused, each on its own, so that a bad row never stops
 * the others.
 */
export async function importRows<Entity>(
  importer: Importer<Entity>,
  rows: readonly ImportRow[],
): Promise<RowOutcome[]> {
  const outcomes: RowOutcome[] = [];
  const plan = await importer.plan(rows);
  const rowOf = new Map<Planned<Entity>, ImportRow>();
  for (const one of rows) {
    const planned = plan.rows.get(one.row);
    if (planned === undefined || planned instanceof Problem || planned.after === planned.before)
      outcomes.push(outcomeOf(one, planned));
    else rowOf.set(planned, one);
  }
  for (const part of importer.pack([...rowOf.keys()])) {
    const ofPart = part.flatMap((planned) => rowOf.get(planned) ?? []);
    try {
      await plan.apply(part);
      outcomes.push(...ofPart.map((one) => outcomeOf(one, plan.rows.get(one.row))));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      for (const one of ofPart) outcomes.push(await importOne(importer, one));
    }
  }
  return outcomes;
}

async function importOne<Entity>(importer: Importer<Entity>, row: ImportRow): Promise<RowOutcome> {
  try {
    return await untilCurrent(async () => {
      const plan = await importer.plan([row]);
      const planned = plan.rows.get(row.row);
      if (planned !== undefined && !(planned instanceof Problem) && planned.after !== planned.before)
        await plan.apply([planned]);
      return outcomeOf(row, planned);
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return outcomeOf(row, error);
  }
}

function outcomeOf<Entity>({ row, id }: ImportRow, planned: Planned<Entity> | Problem | undefined): RowOutcome {
  if (planned instanceof Problem) return { row, id, result: 'refused', reason: planned.message };
  if (planned === undefined || planned.after === planned.before) return { row, id, result: 'unchanged' };
  return { row, id, result: planned.before === undefined ? 'created' : 'updated' };
}
