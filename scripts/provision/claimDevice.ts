import { PlainError } from '../commandLine.ts';
import { writeCertificateFiles } from '../fleet/certificateFiles.ts';
import { provisionByClaim, readClaim } from '../fleet/claim.ts';
import { assertWritable, printHowToConnect } from './deviceFolder.ts';

interface Options {
  readonly directory: string;
  /** Folder of the claim certificate. */
  readonly claim: string;
  readonly token: string;
}

/** Provisions a device as the device would do it. */
export async function claimDevice(id: string, { directory, claim: folder, token }: Options): Promise<void> {
  const claim = await readClaim(folder);
  await assertWritable(directory);
  const { telemetryRule, ...certificate } = await provisionByClaim(claim, id, token).catch((error: Error) => {
    throw new PlainError(`${id} was not provisioned. ${error.message}`);
  });
  await writeCertificateFiles(directory, claim, id, certificate);
  console.log(`${id} is provisioned: certificate ${certificate.certificateId.slice(0, 12)}…, files in ${directory}`);
  printHowToConnect(id, { endpoint: claim.mqtt, telemetryRule, directory });
}
