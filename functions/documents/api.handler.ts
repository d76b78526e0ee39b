import { readFileSync } from 'node:fs';
import { documentClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { apiDependencies } from '../platform/http/apiDependencies.ts';
import { httpApi } from '../platform/http/httpApi.ts';
import { documentHandlers } from './documents.ts';
import { documentsEnv } from './env.ts';
import { documentFiles } from './files.ts';
import { documentOperations } from './operations.ts';

const env = parseEnv(documentsEnv);
const beside = (name: string) => readFileSync(new URL(name, import.meta.url));

export const handler = httpApi(
  documentOperations,
  documentHandlers({
    openApi: JSON.parse(beside(documentFiles.openApi).toString()),
    page: beside(documentFiles.page),
    asyncApi: JSON.parse(beside(documentFiles.asyncApi).toString()),
    messagesPage: beside(documentFiles.messagesPage),
  }),
  apiDependencies(env, documentClient()),
);
