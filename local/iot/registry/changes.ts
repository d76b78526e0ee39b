import { EventEmitter } from 'node:events';

/**
 * Tells the broker that a decision about live connections may have changed: of one certificate where the id is known, else of any.
 */
export type RegistryChanges = EventEmitter<{ changed: [certificateId: string | undefined] }>;

export const registryChanges = (): RegistryChanges => new EventEmitter();
