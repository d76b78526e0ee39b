import { join } from 'node:path';
import type { CloudContext } from '../context.ts';
import type { FunctionPort, QueuePort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import type { AwsService } from '../service.ts';
import { createBroker } from './broker.ts';
import { openCertificateAuthority } from './certificates.ts';
import { createIotApi, createIotDataApi } from './iotApi.ts';
import { iotProviders } from './iotProviders.ts';
import { openRegistry } from './registry.ts';
import { createRulesEngine } from './rules/engine.ts';
import { openMetricLog } from './rules/metricLog.ts';
import type { RulePorts, ShadowReader } from './rules/rulePorts.ts';

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
  dependencies: {
    readonly queues: QueuePort;
    readonly access: RulePorts['access'];
    readonly host: string;
    readonly mqttPort: number;
    /** For the actions and functions of rules; a rule that needs one that is missing is refused. */
    readonly functions?: FunctionPort;
    readonly services?: readonly AwsService[];
    readonly shadows?: ShadowReader;
  },
): Promise<Iot> {
  const { queues, access, host, mqttPort, functions, services, shadows } = dependencies;
  const registry = openRegistry(context);
  const authority = await openCertificateAuthority(join(context.stateDir, 'certificates'));
  const rules = createRulesEngine(context, {
    queues,
    access,
    functions,
    services,
    shadows,
    metrics: openMetricLog(context.store),
    publish: (topic, payload, options) => broker.publish(topic, payload, options),
  });
  const broker = await createBroker(context, { registry, authority, rules });
  return {
    services: [
      createIotApi({ registry, authority, rules, endpoint: { host: 'localhost', port: mqttPort } }),
      createIotDataApi(context, broker.publish),
    ],
    providers: iotProviders(context, registry, rules),
    caFile: authority.caFile,
    listen: () => broker.listen(host, mqttPort),
    async close() {
      await broker.close();
      await rules.idle();
    },
  };
}
