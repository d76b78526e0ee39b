import { elementById, write } from './element.ts';
import { decimal } from './format.ts';
import type { LiveState } from './liveSocket.ts';
import type { liveTraffic } from './liveTraffic.ts';
import { oncePerFrame } from './oncePerFrame.ts';

/** The top of the page: whether it is live, and the figures. */
export function statusBar(traffic: ReturnType<typeof liveTraffic>) {
  const connection = elementById('connection');
  const [rate, latency, updates, devices] = ['rate', 'latency', 'updates', 'devices'].map(elementById) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  setInterval(() => {
    const figures = traffic.figures(Date.now());
    write(rate, decimal(figures.perSecond, figures.perSecond < 100 ? 1 : 0));
    write(latency, figures.latency === undefined ? '–' : `${decimal(figures.latency, 0)} ms`);
  }, 1000);
  return {
    showState(state: LiveState): void {
      connection.dataset['state'] = state.kind;
      write(connection, state.kind === 'waiting' ? `disconnected, again in ${state.seconds} s` : state.kind);
    },
    showUpdates: oncePerFrame(() => write(updates, decimal(traffic.updates, 0))),
    showDevices: (count: number, more: boolean) => write(devices, `${decimal(count, 0)}${more ? '+' : ''}`),
  };
}
