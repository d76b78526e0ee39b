import { windowSeconds } from './recentSeries.ts';

/**
 * Where a reading stands on a chart, in epoch seconds: at its event time. A clock that is off by more than the chart shows
 * would leave it empty, so then it's the arrival.
 * @param time event time, epoch milliseconds
 * @param receivedAt epoch milliseconds
 */
export function chartTime(time: number, receivedAt: number): number {
  return (isWithinWindow(time, receivedAt) ? time : receivedAt) / 1000;
}

/** The same for a stored value, of which nobody knows when it arrived: without a recent event time it has no place. */
export function chartTimeOfState(time: number, now: number): number | undefined {
  return isWithinWindow(time, now) ? time / 1000 : undefined;
}

const isWithinWindow = (time: number, other: number) => Math.abs(other - time) <= windowSeconds * 1000;
