import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { AwsService } from '../service.ts';
import type { MessageQueues } from './messageQueues.ts';
import { createS3 } from './s3.ts';
import { createSqs } from './sqs.ts';

/** SQS and S3, their state in the one state store. */
export async function createMessaging(
  context: CloudContext,
): Promise<{ services: AwsService[]; queues: MessageQueues; providers: ResourceProvider[]; close(): void }> {
  const sqs = await createSqs(context);
  const s3 = createS3(context);
  return {
    services: [sqs.service, s3.service],
    queues: sqs.queues,
    providers: [...sqs.providers, ...s3.providers],
    close() {
      s3.close();
      sqs.close();
    },
  };
}
