/** `'timeout'` when the work takes longer; it goes on all the same, as the function behind an API does. */
export async function withTimeout<T>(work: Promise<T>, milliseconds: number): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), milliseconds);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
