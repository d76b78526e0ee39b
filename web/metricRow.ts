import { element, write } from './element.ts';
import { clock, decimal, decimalsOf, type MetricValue, unitSign, valueText } from './format.ts';
import { metricChart } from './metricChart.ts';
import { recentSeries } from './recentSeries.ts';

export interface MetricReading {
  readonly value: MetricValue;
  readonly unit: string | undefined;
  /** Event time, epoch milliseconds. */
  readonly time: number;
  /** Where it stands on the chart, epoch seconds; undefined when it has no place there. */
  readonly chartTime: number | undefined;
}

/** One metric in a device's card: its newest value and, when it is a number, its chart. */
export function metricRow(metric: string) {
  const value = element('span');
  const unit = element('span', { class: 'unit' });
  const pointed = element('dd', { class: 'pointed', 'aria-hidden': 'true' });
  const plot = element('div', { class: 'chart', role: 'img' });
  const row = element(
    'div',
    { class: 'metric', 'data-metric': metric },
    element('dl', {}, element('dt', {}, metric), element('dd', { class: 'value' }, value, unit), pointed),
  );
  const series = recentSeries();
  let newest: MetricReading | undefined;
  let decimals = 0;
  let chart: ReturnType<typeof metricChart> | undefined;

  const showPointed = (index: number) => {
    const [time, at] = [series.times[index], series.values[index]];
    write(pointed, time === undefined || at === undefined ? '' : `${decimal(at, decimals)} at ${clock(time)}`);
  };

  return {
    element: row,

    take(reading: MetricReading): void {
      if (typeof reading.value === 'number') {
        if (reading.chartTime !== undefined) series.add(reading.chartTime, reading.value);
        decimals = Math.max(decimals, decimalsOf(reading.value));
      }
      // A late reading has its place on the chart, but what was newest stays so.
      if (newest === undefined || reading.time >= newest.time) {
        newest = { ...reading, unit: reading.unit ?? newest?.unit };
      }
    },

    paint(): void {
      if (newest === undefined) return;
      write(value, valueText(newest.value, decimals));
      write(unit, newest.unit === undefined ? '' : ` ${unitSign(newest.unit)}`);
      if (series.times.length === 0) return;
      if (chart === undefined) {
        row.append(plot);
        chart = metricChart(plot, metric, series, showPointed);
      } else {
        chart.draw();
      }
      plot.setAttribute('aria-label', describe());
    },

    repaintInNewColours: () => chart?.redraw(),
  };

  function describe(): string {
    const lowest = decimal(Math.min(...series.values), decimals);
    const highest = decimal(Math.max(...series.values), decimals);
    return `Line chart of ${metric} from ${clock(series.times[0] ?? 0)}: lowest ${lowest}, highest ${highest}`;
  }
}
