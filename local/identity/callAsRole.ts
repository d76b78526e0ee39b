import type { CloudContext } from '../context.ts';
import type { AccessPort } from '../ports.ts';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService, type Permission } from '../service.ts';

export type RoleAccess = AccessPort & { trusts?(roleArn: string, service: string): boolean };

export interface ServiceCall {
  readonly operation?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** What AWS asks of the role, where the call that stands for it here would ask for something else. */
  readonly permissions?: readonly Permission[];
}

/** @throws AwsError AccessDeniedException when the service principal may not take the role, or the role may not do this. */
export function authorizeRole(
  access: RoleAccess,
  servicePrincipal: string,
  roleArn: string,
  { action, resource, context }: Permission,
): void {
  const refuse = (reason: string) => new AwsError('AccessDeniedException', reason, 403);
  if (access.trusts && !access.trusts(roleArn, servicePrincipal))
    throw refuse(`${servicePrincipal} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
  if (!access.isAllowed(roleArn, action, resource, context))
    throw refuse(`The role ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`);
}

interface Caller {
  readonly context: CloudContext;
  readonly access: RoleAccess;
  readonly servicePrincipal: string;
  readonly sessionName: string;
}

/** A service of this cloud, called as one of AWS's own services calls it with a role: through its API, permissions included. */
export function callAsRole(
  { context, access, servicePrincipal, sessionName }: Caller,
  service: AwsService,
  roleArn: string,
): (call: ServiceCall) => void | Promise<void> {
  const [role = ''] = roleArn.split('/').slice(-1);
  const arn = `arn:aws:sts::${context.accountId}:assumed-role/${role}/${sessionName}`;
  return ({ operation, method = 'POST', path = '/', headers = {}, body = '', permissions }) => {
    const request: AwsRequest = {
      service: service.signingNames[0] ?? '',
      region: context.region,
      operation,
      method,
      path,
      query: new URLSearchParams(),
      headers,
      body: Buffer.from(body),
      principal: { kind: 'role', roleArn, arn },
    };
    for (const permission of permissions ?? service.permissions(request))
      authorizeRole(access, servicePrincipal, roleArn, permission);
    const answer = service.handle(request);
    return answer instanceof Promise ? answer.then(checkStatus) : checkStatus(answer);
  };
}

function checkStatus({ status, body = '' }: AwsResponse): void {
  if (status < 300) return;
  const text = body.toString();
  const code = /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? `Status${status}`;
  throw new AwsError(code, /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? text, status);
}
