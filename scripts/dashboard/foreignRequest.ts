import type { IncomingMessage } from 'node:http';
import { type Answer, problem } from './answer.ts';

/**
 * Refuses what does not come from the dashboard's own page. Every web page in a person's browser can reach loopback: under a name of
 * its own that it lets resolve to 127.0.0.1 (DNS rebinding, seen by Host), or straight (seen by Origin and Sec-Fetch-Site). It could
 * read what the page keeps there, and guess passwords from here.
 */
export function refuseForeign(
  { headers, url }: Pick<IncomingMessage, 'headers' | 'url'>,
  own: readonly string[],
): Answer | undefined {
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!own.includes(host)) {
    return problem(421, `This is ${own.join(' or ')}; the request is for '${host}'.`);
  }
  if (origin !== undefined && !own.some((name) => origin === `http://${name}`)) {
    return problem(403, `Pages of ${origin} may not call the dashboard.`);
  }
  // A link to the page itself is fine wherever it stands.
  if (url !== '/' && (site === 'cross-site' || site === 'same-site')) {
    return problem(403, 'Pages of other sites may not call the dashboard.');
  }
  return undefined;
}
