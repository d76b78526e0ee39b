import { readFile, rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { createAdmin, newPassword, setPassword } from '../admin/createAdmin.ts';
import type { Target } from '../target.ts';

const signIn = z.object({ email: z.string(), password: z.string() });
export type SignIn = z.infer<typeof signIn>;

const email = 'developer@fieldline.local';

/**
 * The developer's own sign-in to a local system, made once for its state: an admin of the platform, with a random password that is
 * kept in a file for its owner's eyes.
 */
export async function developerSignIn(place: Pick<Target, 'client' | 'output'>, file: string): Promise<SignIn> {
  const kept = await readFile(file, 'utf8').then(
    (text) => signIn.parse(JSON.parse(text)),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  const { existed } = await createAdmin(place, email, { temporary: newPassword() });
  if (kept !== undefined && existed) return kept;
  const made: SignIn = { email, password: newPassword() };
  await setPassword(place, email, made.password);
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  await rename(draft, file);
  return made;
}
