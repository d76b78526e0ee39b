import { isStorableNumber } from '../../model/identifiers.ts';
import type { openFilter } from '../http/listQuery.ts';

type Filter = ReturnType<typeof openFilter>;

/** Text anywhere in what a search looks into, whatever its case. */
export const filterText = (filter: Filter, text: string): void =>
  filter.add(`contains(${filter.name('searchText')}, ${filter.value(text.toLowerCase())})`);

/** A query gives text: `2` is also the number, `true` also the boolean. */
export function filterMetadata(filter: Filter, entries: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(entries)) {
    const path = `${filter.name('metadata')}.${filter.name(name)}`;
    const number = text.trim() === '' ? Number.NaN : Number(text);
    const readings = [
      text,
      ...(isStorableNumber(number) ? [number] : []),
      ...(text === 'true' || text === 'false' ? [text === 'true'] : []),
    ];
    filter.addAny(filter.oneOf(path, readings));
  }
}
