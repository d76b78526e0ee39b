import type { LiveChange } from '../live/protocol.ts';
import type { Event } from '../model/event.ts';
import { MetricUnit, metrics } from '../platform/observe.ts';
import type { BatchHandler } from '../platform/sqsHandler.ts';
import type { tellLive } from '../platform/tellLive.ts';
import { fromEnvelope } from './envelope.ts';
import { readEvents } from './readEvents.ts';

/**
 * Tells those who watch a device, its room or the application what happened. An event that comes twice is told twice: its id says
 * that it is the same.
 */
export const tellWatchers =
  ({ tell }: { readonly tell: ReturnType<typeof tellLive>['changes'] }): BatchHandler =>
  async (records) => {
    const { arrivals, failed } = readEvents(records);
    const changes = arrivals.map(({ envelope }) => changeOf(fromEnvelope(envelope)));
    if (changes.length > 0) await tell(changes);
    metrics.addMetric('EventsTold', MetricUnit.Count, changes.length);
    return { failed };
  };

function changeOf(happened: Event): LiveChange {
  const { applicationId, entity, at, data, metadata } = happened;
  const about = (kind: string) => (entity.startsWith(`${kind}:`) ? entity.slice(kind.length + 1) : undefined);
  const deviceId = about('device');
  const where = about('room') ?? metadata?.roomId ?? data['roomId'];
  const roomId = typeof where === 'string' ? where : undefined;
  return {
    channels: [
      ...(deviceId === undefined ? [] : [`device:${deviceId}`]),
      ...(roomId === undefined ? [] : [`room:${roomId}`]),
      `application:${applicationId}`,
    ],
    kind: 'event',
    applicationId,
    ...(deviceId !== undefined && { deviceId }),
    ...(roomId !== undefined && { roomId }),
    at,
    data: { ...happened },
  };
}
