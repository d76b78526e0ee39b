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
  getAsyncApi: operation({
    method: 'GET',
    path: '/api/asyncapi.json',
    tag: 'Documents',
    summary: 'What goes over MQTT and the WebSocket API',
    access: 'public',
    answer: { status: 200, description: 'AsyncAPI 3.0', content: json(z.looseObject({ asyncapi: z.string() })) },
  }),
  getMessageDocs: operation({
    method: 'GET',
    path: '/api/docs/messages',
    tag: 'Documents',
    summary: 'What goes over MQTT and the WebSocket API, as a page',
    access: 'public',
    answer: { status: 200, description: 'A page for people', content: { 'text/html': z.string() } },
  }),
};
