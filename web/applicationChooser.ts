import { type Application, listApplications } from './devices.ts';
import { element, elementById } from './element.ts';

/** Which application's devices the page shows: the only one, or the one that the person chooses. */
export function applicationChooser() {
  const select = elementById('application') as HTMLSelectElement;
  let known: readonly Application[] = [];
  select.addEventListener('change', () => {
    // Cards, charts and subscriptions are another application's.
    sessionStorage.setItem(key, select.value);
    location.reload();
  });
  return {
    /** Undefined while there is none. @throws Error in words for the person */
    async chosen(): Promise<string | undefined> {
      if (known.length === 0) {
        known = await listApplications();
        select.replaceChildren(
          ...known.map(({ applicationId, name }) => element('option', { value: applicationId }, name)),
        );
        const before = sessionStorage.getItem(key);
        if (known.some(({ applicationId }) => applicationId === before)) select.value = before ?? '';
        select.hidden = known.length < 2;
      }
      return select.value || undefined;
    },
  };
}

const key = 'fieldline-application';
