import * as z from 'zod';
import { deviceId } from '../model/identifiers.ts';
import { mergePatchTypes } from '../platform/http/mergePatch.ts';
import { json, operation } from '../platform/http/operation.ts';
import { page, pageQuery } from '../platform/http/paging.ts';
import { order, rangeQuery } from '../platform/http/timeRange.ts';
import { shadowName, twinChange } from './protocol.ts';
import { twin } from './view.ts';

const params = z.object({ deviceId });
const shadowParams = z.object({ deviceId, shadowName });

const valueName = z
  .string()
  .min(1)
  .max(128)
  // A property of every object in JavaScript: it would get lost on the way.
  .refine((name) => name !== '__proto__', 'is no name of a value');

const desiredPatch = z
  .record(valueName, z.unknown())
  .refine((patch) => Object.keys(patch).length > 0, 'names no value')
  .meta({
    id: 'DesiredPatch',
    description: 'JSON Merge Patch (RFC 7396) of the desired values: null takes one away.',
    example: { temperature: 21.5 },
  });

/** A year, in seconds. */
const longest = 365 * 24 * 3600;
const expiry = z.object({
  expiresIn: z.coerce.number().int().min(1).max(longest).optional().meta({
    description:
      'Seconds. What of these values the device has not confirmed by then is taken back, within about a minute. They stay desired without.',
  }),
});
const historyQuery = z.object({ ...pageQuery, ...rangeQuery, order: order('desc') });

const reading = { permission: 'devices:read', of: 'device' } as const;
const setting = { permission: 'devices:operate', of: 'device' } as const;

const patchProblems = {
  409: 'There is no such thing in AWS IoT',
  413: 'The shadow would be larger than AWS IoT takes',
};
const setDescription =
  'AWS IoT keeps what is desired, and gives it to the device at once or when it connects. Each value is checked against the properties of the type of the device, if it has one. `If-Match` takes the ETag of the twin, and heeds the version of the shadow alone.';

export const twinOperations = {
  getTwin: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/twin',
    tag: 'Twins',
    summary: 'What a device is to be, what it says it is, and what is pending',
    access: reading,
    params,
    answer: { status: 200, description: 'The twin, of the classic shadow', content: json(twin) },
  }),
  setDesired: operation({
    method: 'PATCH',
    path: '/api/devices/{deviceId}/twin/desired',
    tag: 'Twins',
    summary: 'Set what a device is to be',
    description: setDescription,
    access: setting,
    params,
    query: expiry,
    body: desiredPatch,
    bodyTypes: mergePatchTypes,
    versioned: true,
    answer: { status: 200, description: 'The twin as it is now', content: json(twin) },
    problems: patchProblems,
  }),
  listTwinHistory: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/twin/history',
    tag: 'Twins',
    summary: 'What became of a twin, who changed it and when',
    access: reading,
    params,
    query: historyQuery,
    answer: { status: 200, description: 'A page of changes', content: json(page(twinChange)) },
  }),
  listShadows: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/twin/shadows',
    tag: 'Twins',
    summary: 'Names of the named shadows of a device',
    access: reading,
    params,
    answer: {
      status: 200,
      description: 'All of them',
      content: json(z.object({ items: z.array(z.object({ shadowName })) })),
    },
  }),
  getShadow: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/twin/shadows/{shadowName}',
    tag: 'Twins',
    summary: 'The twin by one of its named shadows',
    access: reading,
    params: shadowParams,
    answer: { status: 200, description: 'The twin, of this shadow', content: json(twin) },
  }),
  setShadowDesired: operation({
    method: 'PATCH',
    path: '/api/devices/{deviceId}/twin/shadows/{shadowName}/desired',
    tag: 'Twins',
    summary: 'Set what a device is to be, in a named shadow',
    description: `${setDescription} A shadow that is not there is made.`,
    access: setting,
    params: shadowParams,
    query: expiry,
    body: desiredPatch,
    bodyTypes: mergePatchTypes,
    versioned: true,
    answer: { status: 200, description: 'The twin as it is now', content: json(twin) },
    problems: patchProblems,
  }),
  listShadowHistory: operation({
    method: 'GET',
    path: '/api/devices/{deviceId}/twin/shadows/{shadowName}/history',
    tag: 'Twins',
    summary: 'What became of a named shadow, who changed it and when',
    access: reading,
    params: shadowParams,
    query: historyQuery,
    answer: { status: 200, description: 'A page of changes', content: json(page(twinChange)) },
  }),
};
