import type { CloudContext } from '../../../../local/context.ts';
import { createClockwork } from '../../../../local/scheduler/clockwork.ts';
import { createTimestream } from '../../../../local/timestream/timestream.ts';

/** Timestream alone: its scheduled queries find neither SNS nor S3. */
export const openTimestream = (context: CloudContext) =>
  createTimestream(context, {
    access: { isAllowed: () => true },
    clockwork: createClockwork(context, Date.now),
    services: [],
  });
