// A workspace of its own: openapi-typescript needs TypeScript's JS API, which TypeScript 7 has not.
import openapiTS, { astToString } from 'openapi-typescript';

const header = '// Written by `npm run openapi` from what the operations declare. Do not edit.\n\n';

/** The types of openapi-fetch's client for a document. */
export async function clientTypes(document: object): Promise<string> {
  // What has a default may be left out of a request.
  return header + astToString(await openapiTS(document as never, { defaultNonNullable: false }));
}
