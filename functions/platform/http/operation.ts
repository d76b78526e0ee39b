import type * as z from 'zod';
import type { Permission } from '../access/permissions.ts';

/**
 * An operation of the HTTP API, declared once: API Gateway's routes, the checks of a request, the permission it takes, the OpenAPI
 * document and the typed client all come from here.
 */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway writes it, with `{name}` for a parameter. */
  readonly path: `/api/${string}`;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** JSON, unless `bodyType` says otherwise: then the handler is given the text. */
  readonly body?: z.ZodType;
  readonly bodyTypes?: readonly string[];
  /** What a success answers. No content: 204. */
  readonly answer: OperationAnswer & { readonly status: 200 | 201 | 202 | 204 };
  /** Answers besides the success that aren't problems, by status. */
  readonly otherAnswers?: Readonly<Record<number, OperationAnswer>>;
  /** Problems of its own, besides those that follow from its access, parameters and body. */
  readonly problems?: Readonly<Record<number, string>>;
  /** It changes what has a version: `If-Match` guards it. */
  readonly versioned?: boolean;
  /** Its answer is a secret that is kept nowhere, so it can't be repeated: an Idempotency-Key is refused. */
  readonly answersSecret?: boolean;
  /** The handler is given the bytes as they came, which only their type and size are checked of. */
  readonly exactBody?: boolean;
  /** Largest body in bytes, if more than usual. */
  readonly bodyLimit?: number;
}

/**
 * Who may call an operation.
 * - `public`: anybody; the handler checks what it is given (a password, a refresh token).
 * - `apiKey`: a device or gateway, by a signature that the handler checks.
 * - `signedIn`: any person who signed in.
 * - `platformAdmin`: members of the Cognito group of platform admins.
 * - a permission in an application: the application is named by the request (path, query or body; a member of only one
 *   may leave it out), or is that of the device, room or message in the path.
 */
export type Access =
  | 'public'
  | 'apiKey'
  | 'signedIn'
  | 'platformAdmin'
  | {
      readonly permission: Permission;
      readonly of: 'application' | 'device' | 'room' | 'message';
      /** Of a device: its handler is to know whether it can be told something now. */
      readonly reach?: true;
    };

/** Groups of operations, in the order in which the document shows them. */
export const tagDescriptions = {
  Auth: 'Signing in and out, and who is signed in.',
  Applications: 'Units of isolation: every device, room and member belongs to one.',
  Members: 'People in an application, and what they are in it.',
  'API keys': 'Keys by which devices sign what they send over HTTP and WebSocket.',
  Devices: 'The registry of devices.',
  Rooms: 'Places that devices are in.',
  Gateways: 'Devices that publish for others.',
  'Device types': 'What devices of a kind measure and can do, as W3C WoT Thing Models.',
  Twins: 'What devices are to be, what they say they are, and what of it is pending.',
  Provisioning: 'Certificates of devices and how they get them.',
  Commands: 'What devices are told to do, and what they answered.',
  Telemetry: 'What devices measured.',
  Messages: 'What became of each message.',
  Signals: 'Messages as stored signals, with their raw payloads.',
  Events: 'What happened to devices and rooms.',
  Audit: 'Who changed what.',
  Live: 'Tickets for the WebSocket API.',
  Health: 'Whether the system is well.',
  Documents: 'This document.',
} as const;
export type Tag = keyof typeof tagDescriptions;

interface OperationAnswer {
  readonly description: string;
  /** By media type. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
}

/** Keeps the types of what is declared: handlers and the typed client are checked against them. */
export const operation = <const Declared extends Operation>(declared: Declared): Declared => declared;

export type Operations = Readonly<Record<string, Operation>>;

/** As API Gateway names the route. */
export const routeKeyOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** JSON as the only form of an answer. */
export const json = <Schema extends z.ZodType>(schema: Schema): { readonly 'application/json': Schema } => ({
  'application/json': schema,
});
