/** What the synthesis puts beside the code of documents/api. */
export const documentFiles = { openApi: 'openapi.json', page: 'docs.html' } as const;
