import { conflict, type Problem, preconditionFailed } from '../http/problem.ts';

/** @throws Problem 412 when If-Match demands another version than there is */
export function checkVersion(current: number, ifMatch: number | undefined): void {
  if (ifMatch !== undefined && ifMatch !== current) throw preconditionFailed(`It is at version ${current} now.`);
}

/** What it means that an item is no longer at the version that was read. */
export const changedMeanwhile = (ifMatch: number | undefined) => (): Problem =>
  ifMatch === undefined
    ? conflict('Somebody else changed it at the same moment. Ask again.')
    : preconditionFailed('Somebody else changed it meanwhile.');
