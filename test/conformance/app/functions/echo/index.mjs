/** Answers its event, or throws what it is told to. */
export const handler = async (event) => {
  if (event.throw) throw new RangeError(event.throw);
  return { event };
};
