import cliProgress from 'cli-progress';

interface ProgressBar {
  /** How far it is, at most the total. */
  update(value: number): void;
  /** Leaves the bar as it stands. */
  done(): void;
}

/** A bar on a terminal; elsewhere a line at the end, so that logs stay readable. */
export function progressBar(title: string, total: number): ProgressBar {
  if (!process.stderr.isTTY) {
    let reached = 0;
    return {
      update: (value) => {
        reached = value;
      },
      done: () => console.error(`${title} ${reached}/${total}`),
    };
  }
  const bar = new cliProgress.SingleBar({
    format: `${title.padEnd(11)} {bar} {value}/{total}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
  });
  bar.start(total, 0);
  return { update: (value) => bar.update(Math.min(value, total)), done: () => bar.stop() };
}
