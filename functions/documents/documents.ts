import type { Handlers } from '../platform/http/httpApi.ts';
import type { documentOperations } from './operations.ts';

interface Documents {
  readonly openApi: { readonly openapi: string };
  /** HTML, all in one: it loads nothing. */
  readonly page: Buffer;
}

/** The page's script and style are inside it; it asks nobody for anything. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data:; font-src data:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export const documentHandlers = ({ openApi, page }: Documents): Handlers<typeof documentOperations> => ({
  getOpenApi: async () => ({ body: openApi }),
  getDocs: async () => ({ body: page, type: 'text/html', headers: pageHeaders }),
});
