/** What the synthesis puts beside the code of documents/api. */
export const documentFiles = {
  openApi: 'openapi.json',
  page: 'docs.html',
  asyncApi: 'asyncapi.json',
  messagesPage: 'messages.html',
} as const;
