/** Progress for people: one line a step, with the seconds since the start. */
export function startSteps(write: (line: string) => void = console.log) {
  const start = performance.now();
  const stamp = () => `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s`;
  return {
    tell: (what: string) => write(`${stamp()}  ${what}`),
  };
}
