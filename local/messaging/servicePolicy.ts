import { evaluate } from '../policy/evaluate.ts';
import { parsePolicy, type Statement } from '../policy/policyDocument.ts';
import { isTlsOnly } from './tlsOnly.ts';

/** What a resource policy says about AWS services: which may do what, on whose behalf. */
export type ServicePolicy = ReadonlyArray<{
  readonly services: readonly string[] | '*';
  readonly statement: Statement;
}>;

interface ServiceCall {
  /** Service principal, `sns.amazonaws.com`. */
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly sourceArn: string;
}

/**
 * Reads the policy of a queue or topic. Statements for services are honoured, and those that only ask for TLS hold by themselves.
 * @throws Error for any other: what a user or role may do is decided by its own policies here.
 */
export function parseServicePolicy(document: unknown): ServicePolicy {
  const { Statement: statements, ...rest } = (typeof document === 'string' ? JSON.parse(document) : document) as {
    Statement: Array<Record<string, unknown>>;
  };
  return [statements].flat().flatMap((source) => {
    if (isTlsOnly(source)) return [];
    const [statement] = parsePolicy({ ...rest, Statement: [source] });
    if (!statement) return [];
    const bySource = statement.conditions.some(({ key }) => key.toLowerCase() === 'aws:sourcearn');
    return [{ services: servicesOf(source, bySource), statement }];
  });
}

/** A request of a user or role has no source ARN, so everybody with such a condition means services. */
function servicesOf({ Principal: principal, Sid: sid }: Record<string, unknown>, bySource: boolean) {
  const { Service: services, ...others } = (typeof principal === 'string' ? { AWS: principal } : (principal ?? {})) as {
    Service?: string | string[];
    AWS?: string | string[];
  };
  if (services !== undefined && Object.keys(others).length === 0) return [services].flat();
  if (services === undefined && others.AWS === '*' && bySource) return '*' as const;
  throw new Error(
    `of resource policies statements for services are understood, and the denial of requests without TLS, not ${String(sid ?? JSON.stringify(principal))}`,
  );
}

export function serviceMay(policy: ServicePolicy, { service, action, resource, sourceArn }: ServiceCall): boolean {
  const statements = policy
    .filter(({ services }) => services === '*' || services.includes(service))
    .map(({ statement }) => statement);
  const [, , , , account = ''] = sourceArn.split(':');
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account, 'aws:SecureTransport': 'true' };
  return evaluate(statements, { action, resource, context }) === 'allowed';
}
