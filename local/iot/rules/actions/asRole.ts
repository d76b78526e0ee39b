import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../../../service.ts';
import type { RulePorts } from '../rulePorts.ts';
import { RuleRefused } from '../topicRule.ts';
import type { ActionSetting } from './action.ts';

/** @throws AwsError when the rules engine may not take the role, or the role may not do this. */
export function authorize(
  access: RulePorts['access'],
  roleArn: string,
  action: string,
  resource: string,
  conditions?: Readonly<Record<string, string | readonly string[]>>,
): void {
  const refuse = (reason: string) => new AwsError('AccessDeniedException', reason, 403);
  if (access.trusts && !access.trusts(roleArn, 'iot.amazonaws.com'))
    throw refuse(`iot.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  if (!access.isAllowed(roleArn, action, resource, conditions))
    throw refuse(`The role ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`);
}

export interface ServiceCall {
  readonly operation?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/**
 * A service of this cloud, called with an action's role as the rules engine of AWS calls it: through its API, permissions included.
 * @throws RuleRefused when the cloud has no such service.
 */
export function serviceAsRole(
  { context, ports }: ActionSetting,
  signingName: string,
  roleArn: string,
): (call: ServiceCall) => void | Promise<void> {
  const service = ports.services?.find(({ signingNames }) => signingNames.includes(signingName));
  if (!service) throw new RuleRefused([], `the local cloud has no ${signingName} for rules`);
  const [role = ''] = roleArn.split('/').slice(-1);
  const principal = {
    kind: 'role',
    roleArn,
    arn: `arn:aws:sts::${context.accountId}:assumed-role/${role}/iot-rule`,
  } as const;
  return ({ operation, method = 'POST', path = '/', headers = {}, body }) => {
    const request: AwsRequest = {
      service: signingName,
      region: context.region,
      operation,
      method,
      path,
      query: new URLSearchParams(),
      headers,
      body: Buffer.from(body),
      principal,
    };
    for (const permission of service.permissions(request))
      authorize(ports.access, roleArn, permission.action, permission.resource, permission.context);
    return whenAnswered(service, request);
  };
}

function whenAnswered(service: AwsService, request: AwsRequest): void | Promise<void> {
  const answer = service.handle(request);
  return answer instanceof Promise ? answer.then(checkStatus) : checkStatus(answer);
}

function checkStatus({ status, body = '' }: AwsResponse): void {
  if (status < 300) return;
  const text = body.toString();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `Status${status}`;
  throw new AwsError(code, /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text, status);
}
