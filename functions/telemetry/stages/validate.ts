import { type Failure, invalid, unauthentic } from '../../platform/failure.ts';
import type { Decoded } from '../reading.ts';

/** The telemetry store takes no time stamp further ahead than this. */
const futureLimitMilliseconds = 15 * 60_000;
/** Earlier than any device of today: seconds given as milliseconds come out in 1970. */
const earliest = Date.UTC(2000, 0);
const pointsLimit = 1000;
const metricsLimit = 200;
export const messageIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;

/** Stage 2: what must hold of every message, whatever its format. */
export function validate(
  decoded: Decoded,
  broker: { readonly deviceId: string; readonly receivedAt: number },
): Decoded | Failure {
  const { claimedDeviceId, messageId, readings } = decoded;
  if (claimedDeviceId !== undefined && claimedDeviceId !== broker.deviceId) {
    return unauthentic(
      `The payload says it is from '${claimedDeviceId.slice(0, 128)}', but '${broker.deviceId}' published it; its own id, or none, is expected.`,
    );
  }
  if (messageId !== undefined && !messageIdPattern.test(messageId)) {
    return invalid(
      `The message id is '${messageId.slice(0, 130)}'; 1 to 128 letters, digits, '.', '_', ':' or '-' are expected.`,
    );
  }
  if (readings.length === 0) return invalid('The message has no points; 1 to 1000 are expected.');
  if (readings.length > pointsLimit)
    return invalid(`The message has ${readings.length} points; 1 to ${pointsLimit} are expected.`);
  const latest = broker.receivedAt + futureLimitMilliseconds;
  for (const [index, { time, values }] of readings.entries()) {
    const at = readings.length > 1 ? `Point ${index}: ` : '';
    const count = Object.keys(values).length;
    if (count === 0)
      return invalid(`${at}There are no metrics; at least one is expected, as in {"temperature": 21.5}.`);
    if (count > metricsLimit) return invalid(`${at}There are ${count} metrics; at most ${metricsLimit} are expected.`);
    if (time < earliest || time > latest) {
      return invalid(
        `${at}The time is ${showTime(time)}; one between 2000 and 15 minutes after the message arrived (${showTime(broker.receivedAt)}) is expected. Is the clock right, and is it milliseconds?`,
      );
    }
  }
  return decoded;
}

function showTime(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);
}
