import type { LiveUpdate } from '../functions/live/protocol.ts';
import { chartTime, chartTimeOfState } from './chartTime.ts';
import type { Device } from './devices.ts';
import { element, write } from './element.ts';
import { ago } from './format.ts';
import { type MetricReading, metricRow } from './metricRow.ts';

export type DeviceCard = ReturnType<typeof deviceCard>;

/** A device with its metrics. `take…` only remembers; `paint` shows. */
export function deviceCard(deviceId: string) {
  const type = element('span', { class: 'type' });
  const seen = element('span', { class: 'seen' });
  const card = element(
    'article',
    { class: 'device', 'data-device-id': deviceId, 'aria-label': `Device ${deviceId}` },
    element('header', {}, element('h2', {}, deviceId), type, seen),
  );
  const rows = new Map<string, ReturnType<typeof metricRow>>();
  let deviceType = '';
  let lastSeen: number | undefined;

  const see = (time: number) => {
    lastSeen = Math.max(lastSeen ?? time, time);
  };
  const takeReading = (metric: string, reading: MetricReading) => {
    let row = rows.get(metric);
    if (row === undefined) {
      row = metricRow(metric);
      rows.set(metric, row);
      card.append(row.element);
    }
    row.take(reading);
  };

  return {
    element: card,

    /** What the HTTP API tells; it also makes up for updates that were lost while disconnected. */
    takeState(device: Device): void {
      deviceType = device.deviceType ?? '';
      const { lastSeen: isoSeen, metrics = {} } = device.latest ?? {};
      if (isoSeen !== undefined) see(Date.parse(isoSeen));
      for (const [metric, { value, unit, time: isoTime }] of Object.entries(metrics)) {
        const time = Date.parse(isoTime);
        takeReading(metric, { value, unit, time, chartTime: chartTimeOfState(time, Date.now()) });
      }
    },

    takeUpdate(update: LiveUpdate): void {
      const [time, receivedAt] = [Date.parse(update.time), Date.parse(update.receivedAt)];
      see(receivedAt);
      for (const [metric, value] of Object.entries(update.values)) {
        takeReading(metric, { value, unit: update.units?.[metric], time, chartTime: chartTime(time, receivedAt) });
      }
    },

    paint(): void {
      write(type, deviceType);
      for (const row of rows.values()) row.paint();
      this.paintAge(Date.now());
    },

    paintAge: (now: number) => write(seen, lastSeen === undefined ? 'never seen' : ago(now - lastSeen)),

    repaintInNewColours(): void {
      for (const row of rows.values()) row.repaintInNewColours();
    },
  };
}
