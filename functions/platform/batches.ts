/** Cuts a list into parts of at most `size`. */
export function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  const batches: Item[][] = [];
  for (let from = 0; from < items.length; from += size) batches.push(items.slice(from, from + size));
  return batches;
}

/** Packs a list, in order, into parts that keep within a number of bytes and of items; what is too large alone stands alone. */
export function inPacks<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  limit: { readonly bytes: number; readonly items?: number },
): Item[][] {
  const packs: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const size = sizeOf(item);
    const last = packs.at(-1);
    if (last === undefined || size > room || last.length === limit.items) {
      packs.push([item]);
      room = limit.bytes - size;
    } else {
      last.push(item);
      room -= size;
    }
  }
  return packs;
}
