import type { Row } from '../../storage/statements.ts';
import { invalid, notFound, versionConflict } from './registryErrors.ts';

/** Reads what has a name. @param kind how errors call it, as in 'Thing' */
export function named<Item>(
  kind: string,
  query: { get(name: string): Row | undefined; list(): readonly Row[] },
  read: (row: Row) => Item,
) {
  const find = (name: string): Item | undefined => {
    const row = query.get(name);
    return row && read(row);
  };
  return {
    find,
    /** @throws AwsError ResourceNotFoundException */
    get(name: string): Item {
      const found = find(name);
      if (!found) throw notFound(`${kind} ${name}`);
      return found;
    },
    list: () => query.list().map(read),
  };
}

/** Of things, their types and groups. @throws AwsError InvalidRequestException */
export function checkName(kind: string, name: string): void {
  if (!/^[a-zA-Z0-9:_-]{1,128}$/.test(name)) throw invalid(`${kind} name '${name}' must match [a-zA-Z0-9:_-]{1,128}.`);
}

/** Optimistic locking. @throws AwsError VersionConflictException */
export function checkVersion(what: string, current: { readonly version: number }, expected: number | undefined): void {
  if (expected !== undefined && expected !== current.version) throw versionConflict(what);
}
