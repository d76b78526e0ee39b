export interface Colours {
  readonly lines: readonly string[];
  readonly axis: string;
  readonly grid: string;
}

let current: Colours | undefined;

/** The style sheet's colours for what is drawn on a canvas, which can't use them by name. */
export function colours(): Colours {
  current ??= readColours();
  return current;
}

function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    lines: [0, 1, 2, 3, 4, 5].map((index) => read(`--line-${index}`)),
    axis: read('--quiet'),
    grid: read('--grid'),
  };
}

/** Calls back when the person's setting changes between light and dark. */
export function onColoursChanged(listener: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    current = undefined;
    listener();
  });
}

const metrics: string[] = [];

/** A metric has the same colour in every card. */
export function lineColour(metric: string): string {
  if (!metrics.includes(metric)) metrics.push(metric);
  const { lines } = colours();
  return lines[metrics.indexOf(metric) % lines.length] ?? 'currentcolor';
}
