import type { CloudContext } from '../context.ts';
import type { QueuePort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { AwsService } from '../service.ts';
import { createStores } from './fauxqs.ts';
import { createS3 } from './s3.ts';
import { createSqs } from './sqs.ts';

/** SQS and S3: fauxqs in process, its state in the one state store. */
export async function createMessaging(
  context: CloudContext,
): Promise<{ services: AwsService[]; queues: QueuePort; providers: ResourceProvider[]; close(): Promise<void> }> {
  const stores = createStores();
  const sqs = await createSqs(context, stores.sqs);
  const s3 = createS3(context, stores.s3, stores.app);
  await stores.app.ready();
  return {
    services: [sqs.service, s3.service],
    queues: sqs.queues,
    providers: [...sqs.providers, ...s3.providers],
    async close() {
      sqs.close();
      await stores.app.close();
    },
  };
}
