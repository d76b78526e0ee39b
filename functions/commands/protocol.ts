import * as z from 'zod';
import { isStorable, storableExpected, timestamp } from '../model/identifiers.ts';

/** Of a device behind a gateway, the gateway is told, and answers. */
const behind = (gatewayId: string | undefined): string => (gatewayId === undefined ? '' : `gateways/${gatewayId}/`);
/** `devices/commands/<deviceId>`, or that below `gateways/<gatewayId>/`: what a device is told to do. */
export const commandTopic = (deviceId: string, gatewayId?: string): string =>
  `${behind(gatewayId)}devices/commands/${deviceId}`;
/** The same with `/response`: where it is answered. */
export const responseTopic = (deviceId: string, gatewayId?: string): string =>
  `${commandTopic(deviceId, gatewayId)}/response`;
/** Those topics, with what their rules take from them. */
export const responseTopics = /^(?:gateways\/(?<gatewayId>[^/]+)\/)?devices\/commands\/(?<deviceId>[^/]+)\/response$/;
/** Bytes (AWS: "AWS IoT Core endpoints and quotas", topic size). */
export const longestTopic = 256;

/** Characters of JSON that parameters may have, and a result: what is shown live, with all around it, fits into one frame. */
const mostJson = 16 * 1024;

/** JSON that a record can hold. */
export const isKeepable = (value: unknown): boolean =>
  JSON.stringify(value ?? null).length <= mostJson && isStorable(value);
export const keepableExpected = `at most ${mostJson / 1024} KB of JSON; ${storableExpected}`;

/**
 * Service → device. It may come more than once: a device carries out an attempt that it knows already no second time, and answers it
 * with what it answered before.
 */
export const commandMessage = z
  .object({
    commandId: z.string(),
    /** Names this sending of it; the answer repeats it. */
    attemptId: z.string(),
    /** An action of the device's type. */
    name: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    issuedAt: timestamp,
    /** By then it must have ended; an answer that comes later changes nothing. */
    deadline: timestamp,
  })
  .meta({ id: 'CommandMessage' });
export type CommandMessage = z.infer<typeof commandMessage>;

/** How far a device is. */
export const commandProgress = z
  .object({
    /** 0 to 100. */
    percent: z.number().min(0).max(100).optional(),
    /** For people. */
    message: z.string().max(1024).optional(),
  })
  .meta({ id: 'CommandProgress' });
export type CommandProgress = z.infer<typeof commandProgress>;

/** Device → service. */
export const commandResponse = z
  .object({
    commandId: z.string().min(1).max(64),
    attemptId: z.string().min(1).max(64),
    /** acknowledged: it was understood and begins. progress: it goes on. The others end it; rejected: it will not be tried. */
    status: z.enum(['acknowledged', 'progress', 'succeeded', 'failed', 'rejected']),
    /** What the action answers, when it succeeded. */
    result: z.unknown().refine(isKeepable, keepableExpected).optional(),
    /** Why it failed or was rejected. */
    reason: z.string().max(1024).optional(),
    /** Of progress. */
    ...commandProgress.shape,
  })
  .meta({ id: 'CommandResponse' });
export type CommandResponse = z.infer<typeof commandResponse>;
