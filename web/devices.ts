import type { Schemas } from '../client/index.ts';
import { api, dataOf } from './session.ts';

export const pageSize = 50;

export type Device = Schemas['ListedDevice'];
export type Application = Schemas['Application'];

/** Applications that the person sees. @throws Error in words for the person */
export async function listApplications(): Promise<Application[]> {
  return dataOf(await api.GET('/api/applications', { params: { query: { limit: 100 } } })).items;
}

/**
 * The first devices of an application with their newest values, page by page until there are `wanted`.
 * @throws Error in words for the person
 */
export async function listDevices(
  applicationId: string,
  wanted: number,
): Promise<{ devices: Device[]; more: boolean }> {
  const devices: Device[] = [];
  let next: string | undefined;
  do {
    const query = {
      applicationId,
      include: 'latest' as const,
      limit: pageSize,
      ...(next === undefined ? {} : { next }),
    };
    const page = dataOf(await api.GET('/api/devices', { params: { query } }));
    devices.push(...page.items);
    next = page.next;
  } while (next !== undefined && devices.length < wanted);
  return { devices, more: next !== undefined };
}
