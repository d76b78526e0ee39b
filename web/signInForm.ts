import { elementById, write } from './element.ts';
import { choosePassword, hasSession, signIn, wasSignedOut } from './session.ts';

/** Resolves when a person is signed in: at once, as the developer of a local system, or by the form. */
export async function signedIn(): Promise<void> {
  if (hasSession() || (await signedInAsDeveloper())) return;
  const form = elementById('sign-in') as HTMLFormElement;
  const notice = elementById('notice');
  const text = (name: string) => (form.elements.namedItem(name) as HTMLInputElement).value;
  let session: string | undefined;
  form.hidden = false;
  await new Promise<void>((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const attempt = async () => {
        if (session !== undefined) await choosePassword(text('email'), session, text('newPassword'));
        else session = await signIn(text('email'), text('password'));
        const isChallenged = session !== undefined && elementById('new-password').hidden;
        elementById('new-password').hidden = session === undefined;
        write(notice, isChallenged ? 'The password was a temporary one. Choose a new one.' : '');
        notice.hidden = !isChallenged;
        if (!isChallenged) resolve();
      };
      attempt().catch((error: Error) => {
        write(notice, error.message);
        notice.hidden = false;
      });
    });
  });
  form.hidden = true;
}

/** `npm start` hands the page its own sign-in; what serves the page for AWS has none. */
async function signedInAsDeveloper(): Promise<boolean> {
  if (wasSignedOut()) return false;
  const response = await fetch('sign-in.json');
  if (!response.ok) return false;
  const { email, password } = (await response.json()) as { email: string; password: string };
  return signIn(email, password).then(
    () => true,
    () => false,
  );
}
