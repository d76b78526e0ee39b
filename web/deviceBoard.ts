import type { LiveUpdate } from '../functions/live/protocol.ts';
import { onColoursChanged } from './colours.ts';
import { type DeviceCard, deviceCard } from './deviceCard.ts';
import type { Device } from './devices.ts';
import { oncePerFrame } from './oncePerFrame.ts';

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** A card for each device, in the order of their ids. Only cards that can be seen are painted, once per frame at most. */
export function deviceBoard(board: HTMLElement) {
  const cards = new Map<string, DeviceCard>();
  const changed = new Set<DeviceCard>();
  const inView = new Map<Element, DeviceCard>();

  const paint = oncePerFrame(() => {
    for (const card of inView.values()) {
      if (changed.delete(card)) card.paint();
    }
  });
  const change = (card: DeviceCard) => {
    changed.add(card);
    paint();
  };
  const byElement = new WeakMap<Element, DeviceCard>();
  const viewing = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const card = byElement.get(target);
        if (isIntersecting && card !== undefined) inView.set(target, card);
        else inView.delete(target);
      }
      paint();
    },
    // Painted a little before it is scrolled into view.
    { rootMargin: '300px' },
  );
  onColoursChanged(() => {
    for (const card of cards.values()) card.repaintInNewColours();
  });
  setInterval(() => {
    const now = Date.now();
    for (const card of inView.values()) card.paintAge(now);
  }, 1000);

  const add = (deviceId: string): DeviceCard => {
    const card = deviceCard(deviceId);
    const following = [...cards.keys()].filter((other) => compare(other, deviceId) > 0).sort(compare)[0];
    board.insertBefore(card.element, following === undefined ? null : (cards.get(following)?.element ?? null));
    cards.set(deviceId, card);
    byElement.set(card.element, card);
    viewing.observe(card.element);
    return card;
  };

  return {
    get size() {
      return cards.size;
    },

    show(devices: readonly Device[]): void {
      for (const device of devices) {
        const card = cards.get(device.deviceId) ?? add(device.deviceId);
        card.takeState(device);
        change(card);
      }
    },

    take(update: LiveUpdate): void {
      const card = cards.get(update.deviceId);
      if (card === undefined) return;
      card.takeUpdate(update);
      change(card);
    },
  };
}
