import type { Construct } from 'constructs';
import { documentsEnv } from '../../functions/documents/env.ts';
import { documentFiles } from '../../functions/documents/files.ts';
import { documentOperations } from '../../functions/documents/operations.ts';
import { operations } from '../../functions/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { openApiDocument } from '../openapi/document.ts';
import { documentPage } from '../openapi/page.ts';
import type { FeatureProps } from './feature.ts';

export function addDocuments(scope: Construct, props: FeatureProps): void {
  const document = openApiDocument(operations);
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
    },
  });
}
