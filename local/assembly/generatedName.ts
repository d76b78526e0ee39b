import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Name of a resource that the template doesn't name, as CloudFormation forms it: stack, logical id and a suffix. The
 * suffix comes from the two, so that a restart finds the same resource again.
 */
export function generateName(stackName: string, logicalId: string): string {
  const digest = createHash('sha256').update(`${stackName}\0${logicalId}`).digest();
  const suffix = Array.from(digest.subarray(0, 12), (byte) => alphabet[byte % alphabet.length]).join('');
  return `${stackName}-${logicalId}-${suffix}`;
}

/** Cuts a generated name to what a service takes, the way CloudFormation does: the suffix stays. */
export function shortenName(name: string, maxLength: number): string {
  if (name.length <= maxLength) return name;
  const suffix = name.slice(name.lastIndexOf('-'));
  return name.slice(0, maxLength - suffix.length) + suffix;
}
