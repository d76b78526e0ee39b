import { readUpdate, type ShadowUpdate, shadowDocuments } from '../../../functions/twin/shadowUpdate.ts';
import {
  deltaOf,
  emptyDocument,
  type ShadowDocument,
  updateDocument,
} from '../../../local/iot/shadows/shadowDocument.ts';

type Change = Parameters<typeof updateDocument>[1];

/** A shadow as AWS IoT keeps it, in memory; and what it published of its updates. */
export function openShadow(start = 1_700_000_000) {
  let document: ShadowDocument = emptyDocument;
  let version = 0;
  let time = start;
  const published: unknown[] = [];
  return {
    published,
    version: () => version,
    state: () => ({ ...document.state, delta: deltaOf(document)?.state }),
    /** Seconds. */
    wait: (seconds: number) => {
      time += seconds;
    },
    /** Its versions begin anew. */
    forget: () => {
      document = emptyDocument;
      version = 0;
    },
    update(change: Change, clientToken?: string): ShadowUpdate {
      const previous = version === 0 ? null : { ...document, version };
      document = updateDocument(document, change, time);
      version += 1;
      const message = {
        previous,
        current: { ...document, version },
        timestamp: time,
        ...(clientToken && { clientToken }),
      };
      published.push(message);
      return readUpdate(shadowDocuments.parse(message));
    },
  };
}
