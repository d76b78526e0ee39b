import uPlot from 'uplot';
import { colours, lineColour } from './colours.ts';
import { clock } from './format.ts';
import type { RecentSeries } from './recentSeries.ts';

/** A chart that has just begun is at least this wide, in seconds, so that its first points don't race across. */
const narrowest = 30;
const axisFont = '11px system-ui, sans-serif';

interface MetricChart {
  draw(): void;
  /** The same data in new colours. */
  redraw(): void;
}

/**
 * A line chart of one metric that fills its container.
 * @param onPointed told which point the pointer is at, or -1
 */
export function metricChart(
  container: HTMLElement,
  metric: string,
  series: RecentSeries,
  onPointed: (index: number) => void,
): MetricChart {
  const axis = {
    stroke: () => colours().axis,
    grid: { stroke: () => colours().grid, width: 1 },
    ticks: { show: false },
    font: axisFont,
  };
  const data = (): uPlot.AlignedData => [series.times as number[], series.values as number[]];
  const chart = new uPlot(
    {
      ...sizeOf(container),
      legend: { show: false },
      padding: [8, 4, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { range: timeRange }, y: { range: valueRange } },
      axes: [
        { ...axis, size: 22, space: 80, incrs: [5, 10, 15, 30, 60, 120, 300], values: clockLabels },
        { ...axis, size: 54, space: 26 },
      ],
      series: [
        {},
        {
          stroke: () => lineColour(metric),
          width: 1.75,
          // One point makes no line.
          points: { show: () => series.times.length === 1, size: 5 },
        },
      ],
      hooks: { setCursor: [({ cursor }) => onPointed(cursor.idx ?? -1)] },
    },
    data(),
    container,
  );
  new ResizeObserver(() => chart.setSize(sizeOf(container))).observe(container);
  return {
    draw: () => chart.setData(data()),
    redraw: () => chart.redraw(false, true),
  };
}

/** A label near the end would be cut off by it. */
const clockLabels = (chart: uPlot, times: number[]) =>
  times.map((time) => (chart.over.clientWidth - chart.valToPos(time, 'x') < 26 ? '' : clock(time)));

const sizeOf = ({ clientWidth, clientHeight }: HTMLElement) => ({
  width: Math.max(clientWidth, 80),
  height: Math.max(clientHeight, 60),
});

function timeRange(_: uPlot, first: number | null, last: number | null): uPlot.Range.MinMax {
  const end = last ?? Date.now() / 1000;
  return [Math.min(first ?? end, end - narrowest), end];
}

/** A tenth of room above and below; a constant is in the middle. */
function valueRange(_: uPlot, lowest: number | null, highest: number | null): uPlot.Range.MinMax {
  if (lowest === null || highest === null) return [0, 1];
  const room = lowest === highest ? Math.max(Math.abs(lowest) * 0.05, 0.5) : (highest - lowest) * 0.1;
  return [lowest - room, highest + room];
}
