import type { Construct } from 'constructs';
import { channels } from '../../functions/asyncChannels.ts';
import { documentsEnv } from '../../functions/documents/env.ts';
import { documentFiles } from '../../functions/documents/files.ts';
import { documentOperations } from '../../functions/documents/operations.ts';
import { operations } from '../../functions/operations.ts';
import { asyncApiDocument } from '../asyncapi/document.ts';
import { messagesPage } from '../asyncapi/page.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { openApiDocument } from '../openapi/document.ts';
import { documentPage } from '../openapi/page.ts';
import type { FeatureProps } from './feature.ts';

export function addDocuments(scope: Construct, props: FeatureProps): void {
  const document = openApiDocument(operations);
  const asyncDocument = asyncApiDocument(channels);
  new ApiFeature(scope, 'Documents', {
    ...props,
    entry: 'documents/api',
    description: 'The API’s own description',
    operations: documentOperations,
    env: documentsEnv,
    environment: {},
    files: {
      [documentFiles.openApi]: () => JSON.stringify(document),
      [documentFiles.page]: () => documentPage(document),
      [documentFiles.asyncApi]: () => JSON.stringify(asyncDocument),
      [documentFiles.messagesPage]: () => messagesPage(asyncDocument),
    },
  });
}
