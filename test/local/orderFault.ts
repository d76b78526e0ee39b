import type { OrderedFault } from '../../local/faults/faults.ts';
import type { SystemUnderTest } from './openSystem.ts';

type Order = Partial<Omit<OrderedFault, 'id' | 'struck' | 'ended'>> & Pick<OrderedFault, 'service' | 'kind'>;

const path = ({ aws }: SystemUnderTest) => `${aws.endpointUrl}/_local/faults`;

/** Orders a fault: in a test's own system, since it would strike other tests too in one that they share. @returns how often it has struck, to be asked at any time */
export async function orderFault(system: SystemUnderTest, order: Order): Promise<() => Promise<number>> {
  const { status, body } = await postFault(system, JSON.stringify(order));
  if (status !== 201) throw new Error(JSON.stringify(body));
  const { id } = body as OrderedFault;
  return async () => (await listFaults(system)).find((fault) => fault.id === id)?.struck ?? 0;
}

export async function postFault(system: SystemUnderTest, body: string, contentType = 'application/json') {
  const response = await fetch(path(system), { method: 'POST', headers: { 'content-type': contentType }, body });
  return { status: response.status, body: (await response.json()) as unknown };
}

export async function listFaults(system: SystemUnderTest): Promise<OrderedFault[]> {
  const response = await fetch(path(system));
  return ((await response.json()) as { faults: OrderedFault[] }).faults;
}

export const clearFaults = async (system: SystemUnderTest): Promise<void> => {
  await fetch(path(system), { method: 'DELETE' });
};
