import { IoTClient } from '@aws-sdk/client-iot';
import { makeClaim } from '../fleet/claim.ts';
import type { Target } from '../target.ts';
import { assertWritable } from './deviceFolder.ts';

/** Makes a claim certificate in a folder of its own. */
export async function makeClaimCertificate(target: Target, directory: string): Promise<void> {
  await assertWritable(directory);
  await makeClaim(target, new IoTClient(target.client), directory);
  console.log(
    `The claim certificate is in ${directory}, for a batch of devices. Alone it lets nobody in: each needs its token.`,
  );
}
