import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiGateway } from './apigateway/apigateway.ts';
import type { CloudContext } from './context.ts';
import { createDynamoDb } from './dynamodb/dynamodb.ts';
import { createIam } from './identity/iam.ts';
import { createIot } from './iot/iot.ts';
import { createLambda } from './lambda/lambda.ts';
import { createMessaging } from './messaging/messaging.ts';
import { coverageTable } from './resources/coverageTable.ts';
import { providersWithoutEffect } from './resources/withoutEffect.ts';
import { openStateStore } from './storage/stateStore.ts';
import { createTimestream } from './timestream/timestream.ts';

export const coverageFile = join(import.meta.dirname, '../docs/local-cloud.md');

/** The text of docs/local-cloud.md, from the providers of a cloud without state that listens nowhere. */
export async function describeCoverage(): Promise<string> {
  const stateDir = mkdtempSync(join(tmpdir(), 'fieldline-coverage-'));
  const quiet = () => {};
  const context: CloudContext = {
    partition: 'aws',
    region: 'us-east-1',
    accountId: '000000000000',
    endpointUrl: 'http://127.0.0.1:0',
    stateDir,
    store: openStateStore(':memory:'),
    log: { info: quiet, warn: quiet, error: quiet },
  };
  const iam = createIam(context, { accessKeyId: '', secretAccessKey: '' });
  const messaging = await createMessaging(context);
  const dynamodb = createDynamoDb(context);
  const timestream = await createTimestream(context);
  const lambda = createLambda(context, { iam, queues: messaging.queues });
  const iot = await createIot(context, { queues: messaging.queues, access: iam, host: '127.0.0.1', mqttPort: 0 });
  const gateway = createApiGateway(context, {
    functions: lambda.functions,
    access: iam,
    identify: () => ({ kind: 'account', arn: '' }),
  });
  try {
    return coverageTable([
      ...[iam, messaging, dynamodb, timestream, lambda, iot, gateway].flatMap(({ providers }) => providers),
      ...providersWithoutEffect(context.region, context.accountId),
    ]);
  } finally {
    gateway.close();
    for (const part of [iot, lambda, timestream, dynamodb, messaging]) await part.close();
    context.store.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  writeFileSync(coverageFile, await describeCoverage());
  console.log(`Wrote ${coverageFile}`);
}
