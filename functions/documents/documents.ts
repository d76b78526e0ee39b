import type { Handlers } from '../platform/http/httpApi.ts';
import type { documentOperations } from './operations.ts';

interface Documents {
  readonly openApi: { readonly openapi: string };
  /** HTML, all in one: it loads nothing. */
  readonly page: Buffer;
  readonly asyncApi: { readonly asyncapi: string };
  /** HTML, all in one, without a script. */
  readonly messagesPage: Buffer;
}

/** What a page needs is inside it; it asks nobody for anything. @param sources what it may use besides a style */
const pageHeaders = (sources = '') => ({
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; ${sources}base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
});
const redocSources = "script-src 'unsafe-inline' blob:; img-src data:; font-src data:; worker-src blob:; ";

export const documentHandlers = ({
  openApi,
  page,
  asyncApi,
  messagesPage,
}: Documents): Handlers<typeof documentOperations> => ({
  getOpenApi: async () => ({ body: openApi }),
  getDocs: async () => ({ body: page, type: 'text/html', headers: pageHeaders(redocSources) }),
  getAsyncApi: async () => ({ body: asyncApi }),
  getMessageDocs: async () => ({ body: messagesPage, type: 'text/html', headers: pageHeaders() }),
});
