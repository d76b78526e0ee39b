import * as z from 'zod';
import type { RegistryApi } from './registryApi.ts';

interface ExportOptions {
  readonly what: 'devices' | 'rooms';
  readonly format: 'csv' | 'json';
  readonly application: string | undefined;
}

const rowsPerRequest = '1000';
const page = z.object({ items: z.array(z.unknown()), next: z.string().optional() });

/** The text of an export, page by page: together one CSV or JSON file. */
export async function* exportRows(
  api: RegistryApi,
  { what, format, application }: ExportOptions,
): AsyncGenerator<string> {
  let before = 0;
  let next: string | undefined;
  if (format === 'json') yield '[';
  do {
    const query = new URLSearchParams({
      format,
      limit: rowsPerRequest,
      ...(application !== undefined && { applicationId: application }),
      ...(next !== undefined && { next }),
    });
    const response = await api({ method: 'GET', path: `/api/${what}/export?${query}` });
    if (format === 'json') {
      const { items, next: following } = page.parse(await response.json());
      const text = items.map((item) => `\n${JSON.stringify(item)}`).join(',');
      yield before > 0 && items.length > 0 ? `,${text}` : text;
      before += items.length;
      next = following;
    } else {
      const text = await response.text();
      // Every page names the columns; the file does so once.
      const firstLine = text.indexOf('\n') + 1;
      yield before === 0 ? text : text.slice(firstLine);
      before += 1;
      next = nextOf(response.headers.get('link'));
    }
  } while (next !== undefined);
  if (format === 'json') yield '\n]\n';
}

/** The cursor in the Link header (RFC 8288). */
function nextOf(link: string | null): string | undefined {
  const url = /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1];
  return url === undefined ? undefined : (new URL(url, 'http://localhost').searchParams.get('next') ?? undefined);
}
