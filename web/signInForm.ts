import { elementById, write } from './element.ts';
import { choosePassword, hasSession, signIn } from './session.ts';

/** Resolves when a person is signed in: at once, or by the form. */
export async function signedIn(): Promise<void> {
  if (hasSession()) return;
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
