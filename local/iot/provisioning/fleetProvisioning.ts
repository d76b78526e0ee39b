import type { CloudContext } from '../../context.ts';
import type { AccessPort, FunctionPort } from '../../ports.ts';
import { AwsError } from '../../service.ts';
import type { ReservedMessage, ReservedTopicService } from '../broker/reservedTopics.ts';
import type { CertificateAuthority } from '../certificates.ts';
import type { Registry } from '../registry/registry.ts';
import { openOwnershipTokens } from './ownershipTokens.ts';
import { provision } from './provision.ts';
import { parseTemplate, planOf, TemplateError } from './templateBody.ts';
import type { ProvisioningTemplate, Templates } from './templates.ts';

const createTopic = /^\$aws\/certificates\/(create|create-from-csr)\/json$/;
const provisionTopic = /^\$aws\/provisioning-templates\/([^/]+)\/provision\/json$/;

/** A hook that takes longer has refused (AWS: "Pre-provisioning hooks"). Milliseconds. */
const hookPatience = 5000;

/** A refusal as its rejected topic tells it (AWS: "Device provisioning MQTT API"). */
class Rejection extends Error {
  readonly statusCode: number;
  readonly errorCode: string;

  constructor(statusCode: number, errorCode: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.errorCode = errorCode;
  }
}

interface Parts {
  readonly registry: Registry;
  readonly authority: CertificateAuthority;
  readonly templates: Templates;
  readonly functions: FunctionPort;
  readonly access: AccessPort;
}

/** Fleet provisioning over MQTT (AWS: "Provisioning by claim"). Answers go to the connection that asked, and to no other. */
export function createFleetProvisioning(
  context: Pick<CloudContext, 'store' | 'log'>,
  parts: Parts,
): ReservedTopicService {
  const { registry, authority, templates } = parts;
  const tokens = openOwnershipTokens(context.store);

  /** A certificate that nobody activated in its hour goes. */
  const sweep = () => {
    for (const id of tokens.expire()) {
      const certificate = registry.certificates.find(id);
      if (certificate?.status !== 'PENDING_ACTIVATION') continue;
      if (
        registry.policies.attachedTo(certificate.arn).length === 0 &&
        registry.principals.ofPrincipal(certificate.arn).length === 0
      )
        registry.certificates.delete(id);
    }
  };

  const createKeys = async () => {
    const issued = await authority.issue();
    const { id } = registry.certificates.add(issued.pem, 'PENDING_ACTIVATION');
    return {
      certificateId: id,
      certificatePem: issued.pem,
      privateKey: issued.privateKey,
      certificateOwnershipToken: tokens.issue(id),
    };
  };

  const createFromCsr = async (payload: Record<string, unknown>) => {
    const csr = payload['certificateSigningRequest'];
    if (typeof csr !== 'string') throw new Rejection(400, 'InvalidPayload', 'certificateSigningRequest is missing.');
    const issued = await authority.sign(csr).catch((error: unknown) => {
      throw new Rejection(
        400,
        'InvalidCSR',
        `The certificate signing request can't be used: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    const { id } = registry.certificates.add(issued.pem, 'PENDING_ACTIVATION');
    return { certificateOwnershipToken: tokens.issue(id), certificateId: id, certificatePem: issued.pem };
  };

  const registerThing = async (name: string, payload: Record<string, unknown>, message: ReservedMessage) => {
    const template = templates.find(name);
    if (!template?.enabled)
      throw new Rejection(404, 'InvalidTemplate', `There is no enabled provisioning template ${name}.`);
    const token = payload['certificateOwnershipToken'];
    if (typeof token !== 'string') throw new Rejection(400, 'InvalidPayload', 'certificateOwnershipToken is missing.');
    const certificateId = tokens.certificateOf(token);
    if (certificateId === undefined)
      throw new Rejection(
        400,
        'InvalidCertificateOwnershipToken',
        'The certificate ownership token is unknown, spent or too old.',
      );
    const given = (payload['parameters'] ?? {}) as Record<string, string>;
    if (typeof given !== 'object' || Object.values(given).some((value) => typeof value !== 'string'))
      throw new Rejection(400, 'InvalidParameters', 'parameters is a map of text.');
    const parameters = {
      ...given,
      ...(await askHook(template, certificateId, given, message)),
      'AWS::IoT::Certificate::Id': certificateId,
    };
    const plan = planOf(parseTemplate(template.body), parameters);
    const { thingName } = await provision(registry, authority, plan, (action, resource) => {
      if (!parts.access.isAllowed(template.roleArn, action, resource)) {
        throw new Rejection(
          403,
          'AccessDenied',
          `The role ${template.roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
        );
      }
    });
    tokens.spend(token);
    return { deviceConfiguration: plan.deviceConfiguration, thingName };
  };

  /** @throws Rejection unless the hook allows it. */
  const askHook = async (
    template: ProvisioningTemplate,
    certificateId: string,
    parameters: Record<string, string>,
    { clientId, certificateId: claim }: ReservedMessage,
  ): Promise<Record<string, string>> => {
    if (template.hookArn === undefined) return {};
    const denied = (why: string) => new Rejection(403, 'AccessDenied', `The pre-provisioning hook ${why}.`);
    if (!parts.functions.isInvocableBy(template.hookArn, 'iot.amazonaws.com', template.arn)) {
      throw denied(
        `${template.hookArn} can't be invoked: no AWS::Lambda::Permission lets iot.amazonaws.com with source ${template.arn}`,
      );
    }
    const event = {
      claimCertificateId: claim,
      certificateId,
      certificatePem: registry.certificates.get(certificateId).pem,
      templateArn: template.arn,
      clientId,
      parameters,
    };
    const result = await within(hookPatience, parts.functions.invoke(template.hookArn, event));
    if (!result) throw denied('did not answer within 5 seconds');
    if (result.functionError) throw denied('failed');
    const answer = (result.payload ?? {}) as {
      allowProvisioning?: unknown;
      parameterOverrides?: Record<string, string>;
    };
    if (answer.allowProvisioning !== true) throw denied('did not allow it');
    return answer.parameterOverrides ?? {};
  };

  const answer = async (message: ReservedMessage): Promise<object> => {
    const payload = parsePayload(message.payload);
    const [, operation] = createTopic.exec(message.topic) ?? [];
    if (operation === 'create') return createKeys();
    if (operation === 'create-from-csr') return createFromCsr(payload);
    return registerThing(provisionTopic.exec(message.topic)?.[1] ?? '', payload, message);
  };

  return {
    takes: (topic) => createTopic.test(topic) || provisionTopic.test(topic),
    handle(message) {
      sweep();
      const reply = async (suffix: string, document: object) => {
        await context.store.committed();
        message.reply(`${message.topic}/${suffix}`, Buffer.from(JSON.stringify(document)));
      };
      answer(message)
        .then(
          (accepted) => reply('accepted', accepted),
          (error: unknown) => {
            const { statusCode, errorCode, message: errorMessage } = rejectionOf(error);
            context.log.warn('fleet provisioning rejected', {
              topic: message.topic,
              clientId: message.clientId,
              reason: errorMessage,
            });
            return reply('rejected', { statusCode, errorCode, errorMessage });
          },
        )
        .catch((error: unknown) => context.log.error('fleet provisioning', { error: String(error) }));
    },
  };
}

function rejectionOf(error: unknown): Rejection {
  if (error instanceof Rejection) return error;
  if (error instanceof TemplateError) return new Rejection(400, 'InvalidParameters', error.message);
  if (error instanceof AwsError)
    return new Rejection(error.status, error.code.replace(/Exception$/, ''), error.message);
  return new Rejection(500, 'InternalFailure', error instanceof Error ? error.message : String(error));
}

function parsePayload(payload: Buffer): Record<string, unknown> {
  if (payload.length === 0) return {};
  try {
    const parsed = JSON.parse(payload.toString('utf8')) as unknown;
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Said below, as for JSON of another kind.
  }
  throw new Rejection(400, 'InvalidPayload', 'The payload is not a JSON object.');
}

/** The result, or undefined when it takes longer. */
async function within<Result>(milliseconds: number, work: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
