import * as z from 'zod';
import { applicationId, deviceId } from '../model/identifiers.ts';
import { disposition, message, messageReference, messageSummary, rawMetadata, signal } from '../model/message.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';
import { order, rangeQuery } from '../platform/http/timeRange.ts';

/** Numbered pages reach this many signals; cursors reach all. */
export const numberedSignals = 1000;

/** A list of signals without `from` reaches back so far: each day of an application is four partitions to ask. */
export const signalDays = 7;

const read = <Of extends 'application' | 'device' | 'message'>(of: Of) =>
  ({ permission: 'messages:read', of }) as const;
const params = z.object({ id: messageReference });

const whichEntry = z.object({
  traceId: z
    .string()
    .max(128)
    .optional()
    .meta({ description: 'Of one entry of the message; the stored one, or else the last that came, unless given' }),
});

const rawProblems = { 410: 'The bytes are no longer kept' } as const;

export const messageOperations = {
  getMessage: operation({
    method: 'GET',
    path: '/api/messages/{id}',
    tag: 'Messages',
    summary: "A message's passport: all that came under its id",
    description:
      'Each entry is one publish: how it ended, why, when each stage ended, and where its bytes are. The stored one is first; ' +
      'at most a hundred others follow.',
    access: read('message'),
    params,
    answer: { status: 200, description: 'The passport', content: json(message) },
  }),
  listDeviceMessages: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/messages',
    tag: 'Messages',
    summary: 'Messages of a device by the time that they were received',
    description: 'With a disposition a page may hold fewer messages than asked for, and still have a `next`.',
    access: read('device'),
    params: z.object({ deviceId }),
    query: z.object({ ...pageQuery, ...rangeQuery, disposition: disposition.optional(), order: order('desc') }),
    answer: { status: 200, description: 'A page of messages', content: json(page(messageSummary)) },
  }),
  listSignals: operation({
    method: 'GET',
    path: '/api/signals',
    tag: 'Signals',
    summary: 'Messages of an application by the time that they were received',
    description: `By numbered pages, which reach the first ${numberedSignals} signals and promise no total, or by the cursor \`next\`, which reaches \
all; not by both at once. A page may hold fewer signals than asked for, and still have a \`next\`: of a member who was granted some devices only, or \
of a disposition that is rare. Unless \`from\` is given, the list begins ${signalDays} days before its end. Messages that arrive meanwhile move numbered pages on; cursors stay where they are.`,
    access: read('application'),
    query: z.object({
      ...pageQuery,
      ...rangeQuery,
      applicationId: applicationId.optional(),
      page: z.coerce
        .number()
        .int()
        .min(1)
        .optional()
        .meta({ description: `\`page\` × \`limit\` is at most ${numberedSignals}` }),
      sort: z
        .enum(['timestamp', 'receivedAt'])
        .default('receivedAt')
        .meta({
          description:
            'Both mean when the platform received the signal, which is what signals are ordered by: devices send late and their clocks err. ' +
            "The device's own time is `eventTime`.",
        }),
      order: order('desc'),
      disposition: disposition.default('stored').meta({ description: 'How the messages ended' }),
    }),
    answer: { status: 200, description: 'A page of signals', content: json(page(messageSummary)) },
  }),
  getSignal: operation({
    method: 'GET',
    path: '/api/signals/{id}',
    tag: 'Signals',
    summary: 'One message: the stored one of its id, or else the last that came',
    access: read('message'),
    params,
    answer: { status: 200, description: 'The signal', content: json(signal) },
  }),
  getSignalRaw: operation({
    method: 'GET',
    path: '/api/signals/{id}/raw',
    tag: 'Signals',
    summary: 'The exact bytes that the device sent',
    description:
      'As application/json where they are JSON, application/gzip where the device compressed them, text/plain or application/octet-stream otherwise.',
    access: read('message'),
    params,
    query: whichEntry,
    answer: {
      status: 200,
      description: 'The bytes',
      content: {
        'application/json': z.unknown(),
        'application/gzip': z.string(),
        'text/plain; charset=utf-8': z.string(),
        'application/octet-stream': z.string(),
      },
    },
    problems: rawProblems,
  }),
  getSignalRawMetadata: operation({
    method: 'GET',
    path: '/api/signals/{id}/raw/metadata',
    tag: 'Signals',
    summary: 'Size, type and checksum of the exact bytes, and where they are',
    access: read('message'),
    params,
    query: whichEntry,
    answer: { status: 200, description: 'What is known of the bytes', content: json(rawMetadata) },
    problems: rawProblems,
  }),
};
