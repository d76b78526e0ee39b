import { join } from 'node:path';
import type { CloudContext } from '../context.ts';
import type { AccessPort, QueuePort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { AwsService } from '../service.ts';
import { createBroker } from './broker.ts';
import { openCertificateAuthority } from './certificates.ts';
import { createIotApi, createIotDataApi } from './iotApi.ts';
import { iotProviders } from './iotProviders.ts';
import { openRegistry } from './registry.ts';
import { createRulesEngine } from './rules/engine.ts';

export interface Iot {
  readonly services: readonly AwsService[];
  readonly providers: readonly ResourceProvider[];
  readonly caFile: string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** AWS IoT Core of the local cloud: registry, policies, broker, rules. */
export async function createIot(
  context: CloudContext,
  dependencies: { readonly queues: QueuePort; readonly access: AccessPort; readonly host: string; readonly mqttPort: number },
): Promise<Iot> {
  const { queues, access, host, mqttPort } = dependencies;
  const registry = openRegistry(context);
  const authority = await openCertificateAuthority(join(context.stateDir, 'certificates'));
  const rules = createRulesEngine(context, queues, access);
  const broker = await createBroker(context, { registry, authority, rules });
  return {
    services: [
      createIotApi(context, { registry, authority, rules, endpoint: { host: 'localhost', port: mqttPort } }),
      createIotDataApi(context, broker.publish),
    ],
    providers: iotProviders(context, registry, rules, queues),
    caFile: authority.caFile,
    listen: () => broker.listen(host, mqttPort),
    close: broker.close,
  };
}
