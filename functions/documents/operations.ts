import * as z from 'zod';
import { json, operation } from '../platform/http/operation.ts';

export const documentOperations = {
  getOpenApi: operation({
    method: 'GET',
    path: '/api/openapi.json',
    tag: 'Documents',
    summary: 'This document',
    access: 'public',
    answer: { status: 200, description: 'OpenAPI 3.1', content: json(z.looseObject({ openapi: z.string() })) },
  }),
  getDocs: operation({
    method: 'GET',
    path: '/api/docs',
    tag: 'Documents',
    summary: 'This document as a page',
    access: 'public',
    answer: { status: 200, description: 'A page for people', content: { 'text/html': z.string() } },
  }),
};
