export const windowSeconds = 300;
const capacity = 300;

export interface RecentSeries {
  /** Epoch seconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Puts a point in its place; late points go between earlier ones, and one of the same time replaces the other. */
  add(time: number, value: number): void;
}

/** The points of the last five minutes before the newest one, at most 300. */
export function recentSeries(): RecentSeries {
  const times: number[] = [];
  const values: number[] = [];
  return {
    times,
    values,
    add(time, value) {
      // Nearly every point is the newest, so the search begins at the end.
      let at = times.length;
      while (at > 0 && (times[at - 1] ?? 0) > time) at -= 1;
      const replaced = times[at - 1] === time;
      times.splice(replaced ? at - 1 : at, replaced ? 1 : 0, time);
      values.splice(replaced ? at - 1 : at, replaced ? 1 : 0, value);

      const oldest = (times.at(-1) ?? time) - windowSeconds;
      const first = Math.max(
        times.findIndex((kept) => kept >= oldest),
        times.length - capacity,
      );
      times.splice(0, first);
      values.splice(0, first);
    },
  };
}
