import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AwsError } from '../service.ts';

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly uppercase: boolean;
  readonly lowercase: boolean;
  readonly numbers: boolean;
  readonly symbols: boolean;
  readonly temporaryDays: number;
}

/** Of a pool that names no policy (AWS: "Adding user pool password requirements"). */
export const defaultPasswordPolicy: PasswordPolicy = {
  minimumLength: 8,
  uppercase: true,
  lowercase: true,
  numbers: true,
  symbols: true,
  temporaryDays: 7,
};

/** Both in base64. */
export interface PasswordHash {
  readonly salt: string;
  readonly hash: string;
}

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  return { salt: salt.toString('base64'), hash: (await derive(password, salt, 32)).toString('base64') };
}

export async function isPassword(password: string, { salt, hash }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), 32), Buffer.from(hash, 'base64'));
}

const kinds = [
  ['uppercase', /[A-Z]/, 'ABCDEFGHJKLMNPQRSTUVWXYZ', 'uppercase'],
  ['lowercase', /[a-z]/, 'abcdefghijkmnopqrstuvwxyz', 'lowercase'],
  ['numbers', /\d/, '23456789', 'numeric'],
  // A space counts within a password, not at its ends (same page).
  ['symbols', /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/, '!@#%&*?', 'symbol'],
] as const;

/** @throws AwsError InvalidPasswordException, with the first requirement that isn't met behind `intro`. */
export function checkPassword(password: string, policy: PasswordPolicy, intro: string): void {
  const refuse = (reason: string) => {
    throw new AwsError('InvalidPasswordException', `${intro}: ${reason}`);
  };
  if (password.length < policy.minimumLength) refuse('Password not long enough');
  for (const [name, pattern, , word] of kinds)
    if (policy[name] && !pattern.test(password)) refuse(`Password must have ${word} characters`);
}

/** A temporary password that meets every policy of its length. */
export function randomPassword({ minimumLength }: PasswordPolicy): string {
  const characters = kinds.map(([, , some]) => some);
  return Array.from({ length: Math.max(minimumLength, 12) }, (_, index) => {
    const some = characters[index % characters.length] ?? '';
    return some[randomInt(some.length)];
  }).join('');
}
