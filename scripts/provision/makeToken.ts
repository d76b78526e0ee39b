import { operatorRegistry } from '../fleet/registerDevice.ts';
import type { Target } from '../target.ts';

/** Makes a device's provisioning token with the operator's credentials; the device goes into the registry if it was not there. */
export async function makeToken(
  target: Target,
  id: string,
  { application, valid }: { readonly application: string; readonly valid: number },
): Promise<void> {
  const registry = operatorRegistry(target);
  const { device } = await registry.register(id, application);
  const { token, validUntil } = await registry.issueToken(device, valid);
  console.log(`The token of ${id}, good once and until ${validUntil}:\n\n  ${token}\n`);
}
