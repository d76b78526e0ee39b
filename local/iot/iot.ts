import { join } from 'node:path';
import type { CloudContext } from '../context.ts';
import type { SignedRequest } from '../edge.ts';
import type { Faults } from '../faults/faults.ts';
import { publishWithFaults } from '../faults/publishFaults.ts';
import type { FunctionPort, QueuePort } from '../ports.ts';
import type { ResourceProvider } from '../resources/provider.ts';
import { AwsError, type AwsService, type Principal } from '../service.ts';
import { createIotDataApi } from './api/dataApi.ts';
import { openRulesByApi } from './api/rulesByApi.ts';
import { createBroker, type ServicePublish } from './broker/broker.ts';
import { certificateIdentity, signedIdentity } from './broker/connectionIdentity.ts';
import { createDeviceEndpoint } from './broker/deviceEndpoint.ts';
import { httpsGateway } from './broker/httpsGateway.ts';
import { openRetainedMessages } from './broker/retainedMessages.ts';
import { signedUpgrade } from './broker/signedRequest.ts';
import { openCertificateAuthority } from './certificates.ts';
import { createIotApi } from './iotApi.ts';
import { iotProviders } from './iotProviders.ts';
import { createFleetProvisioning } from './provisioning/fleetProvisioning.ts';
import { openTemplates } from './provisioning/templates.ts';
import { openRegistry } from './registry/registry.ts';
import { createRulesEngine } from './rules/engine.ts';
import { openMetricLog } from './rules/metricLog.ts';
import type { RulePorts } from './rules/rulePorts.ts';
import { createShadowService } from './shadows/shadowService.ts';
import { openShadows } from './shadows/shadows.ts';

export interface Iot {
  readonly services: readonly AwsService[];
  readonly providers: readonly ResourceProvider[];
  readonly caFile: string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

interface Dependencies {
  readonly queues: QueuePort;
  readonly access: RulePorts['access'];
  readonly functions: FunctionPort;
  readonly invocations: RulePorts['invocations'];
  /** APIs that rule actions call as their role: S3, SNS, DynamoDB, Timestream. */
  readonly services?: readonly AwsService[];
  /** Who signed a request. @throws AwsError */
  readonly identify: (request: SignedRequest) => Principal;
  readonly host: string;
  readonly mqttPort: number;
  /** Stands for port 443; without it there is only the MQTT port, which takes WebSockets and HTTPS, too. */
  readonly httpsPort?: number | undefined;
  readonly faults?: Pick<Faults, 'any' | 'publish'>;
}

const domainName = 'localhost';

/** AWS IoT Core of the local cloud: registry, policies, device endpoint, broker, shadows, fleet provisioning, rules. */
export async function createIot(context: CloudContext, dependencies: Dependencies): Promise<Iot> {
  const { queues, access, functions, invocations, services, identify, host, mqttPort, httpsPort, faults } =
    dependencies;
  const registry = openRegistry(context);
  const authority = await openCertificateAuthority(join(context.stateDir, 'certificates'));
  const templates = openTemplates(context.store, registry.arn);
  const retained = openRetainedMessages(context.store);
  const shadowDocuments = openShadows(context.store);
  const rules = createRulesEngine(context, {
    queues,
    access,
    functions,
    invocations,
    services,
    shadows: shadowDocuments,
    metrics: openMetricLog(context.store),
    publish: (topic, payload, options) => broker.publish(topic, payload, options),
  });
  const rulesByApi = openRulesByApi(context.store, rules);
  const broker = await createBroker(context, { registry, rules, retained, faults });
  const shadows = createShadowService(context, shadowDocuments, broker.publish);
  broker.serve(shadows.topics);
  broker.serve(createFleetProvisioning(context, { registry, authority, templates, functions, access }));
  /** Devices are outside the process: what a function wrote before it told them must survive a kill. */
  const publishCommitted: ServicePublish = async (...message) => {
    await context.store.committed();
    await broker.publish(...message);
  };
  const data = createIotDataApi({ registry, publish: publishWithFaults(publishCommitted, faults), retained, shadows });

  const endpoint = createDeviceEndpoint(context, authority, {
    mqtt(socket) {
      const identity = certificateIdentity(socket, registry, domainName);
      if ('refused' in identity) {
        context.log.warn('TLS connection refused', { reason: identity.refused });
        socket.destroy();
      } else broker.accept(socket, identity);
    },
    webSocket(request) {
      try {
        const identity = signedIdentity(identify(signedUpgrade(request)), request, registry, access);
        return { accept: (stream, closedByClient) => broker.accept(stream, identity, closedByClient) };
      } catch (error) {
        if (error instanceof AwsError) return { refused: error.message };
        throw error;
      }
    },
    https: httpsGateway(context, {
      data,
      certificate: (socket) => certificateIdentity(socket, registry, domainName),
      signer: (request, incoming) => signedIdentity(identify(request), incoming, registry, access),
    }),
  });

  return {
    services: [
      createIotApi({
        accountId: context.accountId,
        registry,
        authority,
        templates,
        rules: rulesByApi,
        endpoint: { host: domainName, port: mqttPort },
      }),
      data,
    ],
    providers: iotProviders(context, { registry, authority, templates, rules }),
    caFile: authority.caFile,
    async listen() {
      rulesByApi.restore();
      broker.recover();
      await endpoint.listen(host, mqttPort, 'mqtt');
      if (httpsPort !== undefined) await endpoint.listen(host, httpsPort, 'https');
    },
    async close() {
      await broker.close();
      await rules.idle();
      endpoint.close();
    },
  };
}
