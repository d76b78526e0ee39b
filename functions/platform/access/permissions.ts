import * as z from 'zod';

/** What a member of an application is in it. */
export const role = z
  .enum(['viewer', 'operator', 'admin'])
  .meta({ id: 'Role', description: 'viewer reads; operator also runs devices; admin also manages the application.' });
export type Role = z.infer<typeof role>;

const everyone = ['viewer', 'operator', 'admin'] as const;
const operators = ['operator', 'admin'] as const;
const admins = ['admin'] as const;

/** Permission → roles that have it. Operations name a permission each: together they are the whole of who may do what. */
export const permissions = {
  'application:read': everyone,
  'application:manage': admins,
  'members:read': admins,
  'members:manage': admins,
  'apiKeys:read': admins,
  'apiKeys:manage': admins,
  'deviceTypes:read': everyone,
  'deviceTypes:manage': admins,
  'devices:read': everyone,
  'devices:operate': operators,
  'devices:manage': admins,
  'rooms:read': everyone,
  'rooms:manage': operators,
  'messages:read': everyone,
  'telemetry:read': everyone,
  'events:read': everyone,
  'audit:read': admins,
} as const satisfies Readonly<Record<string, readonly Role[]>>;

export type Permission = keyof typeof permissions;

export const isAllowed = (held: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(held);
