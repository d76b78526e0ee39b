import { randomBytes } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { type Decision, evaluate } from '../policy/evaluate.ts';
import { parsePolicy, type Statement } from '../policy/policyDocument.ts';
import type { AccessPort } from '../ports.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { AwsError, type Permission, type Principal } from '../service.ts';
import { createAccessLog, type RoleReport } from './accessLog.ts';
import { managedPolicies } from './managedPolicies.ts';

interface Origin {
  readonly stack: string;
  readonly logicalId: string;
}

interface Policy {
  readonly statements: readonly Statement[];
  /** Absent for policies of AWS. */
  readonly origin?: Origin;
}

interface Role {
  readonly arn: string;
  readonly name: string;
  /** Where the template has it. */
  readonly origin: Origin;
  readonly policies: Map<string, Policy>;
  /** Services that may take the role. */
  readonly trusted: readonly string[];
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Iam extends AccessPort {
  readonly providers: readonly ResourceProvider[];
  /** Temporary credentials of a role, known until the process ends. */
  assumeRole(roleArn: string, sessionName: string): Credentials;
  /** Who an access key belongs to, with the secret that its signatures are checked against. */
  identify(
    accessKeyId: string,
  ): { principal: Principal; secretAccessKey: string; sessionToken: string | undefined } | undefined;
  /** @throws AwsError AccessDeniedException, worded as AWS does, when the principal lacks one of the permissions. */
  check(principal: Principal, permissions: readonly Permission[]): void;
  trusts(roleArn: string, service: string): boolean;
  /** By role, which grants were used and what was refused since the start. */
  report(): RoleReport[];
}

interface Judgement {
  readonly decision: Decision;
  /** Statements that allow it. */
  readonly allowing: readonly Statement[];
}

/** Keys of a bucket have no end. */
const judgementsKept = 10_000;

/** IAM of the local cloud: the roles and policies of the template, enforced. The account's own key may do everything. */
export function createIam(context: CloudContext, account: Credentials): Iam {
  const roles = new Map<string, Role>();
  const keys = new Map<string, { principal: Principal; secretAccessKey: string; sessionToken: string | undefined }>();
  keys.set(account.accessKeyId, {
    principal: { kind: 'account', arn: `arn:aws:iam::${context.accountId}:root` },
    secretAccessKey: account.secretAccessKey,
    sessionToken: undefined,
  });

  const statementsOf = (roleArn: string) => {
    const role = roles.get(roleArn);
    return role ? [...role.policies.values()].flatMap(({ statements }) => statements) : [];
  };
  const accessLog = createAccessLog();
  const judge = (roleArn: string, { action, resource, context: keysOfRequest }: Permission): Judgement => {
    const allowing: Statement[] = [];
    const decision = evaluate(
      statementsOf(roleArn),
      {
        action,
        resource,
        context: { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': context.region, ...keysOfRequest },
      },
      (statement) => allowing.push(statement),
    );
    return { decision, allowing };
  };
  // Functions and rules ask the same thing with every message. Without keys of the request only the policies decide, and they are
  // as the template has them.
  const judged = new Map<string, Judgement>();
  const decide = (roleArn: string, permission: Permission) => {
    const { action, resource } = permission;
    const key = permission.context === undefined ? `${roleArn}\n${action}\n${resource}` : undefined;
    const known = key === undefined ? undefined : judged.get(key);
    const { decision, allowing } = known ?? judge(roleArn, permission);
    if (key !== undefined && known === undefined) {
      if (judged.size >= judgementsKept) judged.clear();
      judged.set(key, { decision, allowing });
    }
    if (decision === 'allowed') for (const statement of allowing) accessLog.allowed(statement, action, resource);
    else accessLog.refused(roleArn, decision, action, resource);
    return decision;
  };

  return {
    providers: [roleProvider(context, roles), policyProvider(roles)].map((provider) => ({
      ...provider,
      provision(resource) {
        judged.clear();
        return provider.provision(resource);
      },
    })),
    isAllowed: (roleArn, action, resource, keysOfRequest) =>
      decide(roleArn, { action, resource, ...(keysOfRequest && { context: keysOfRequest }) }) === 'allowed',
    assumeRole(roleArn, sessionName) {
      const role = roles.get(roleArn);
      if (!role) throw new AwsError('NoSuchEntity', `The role ${roleArn} cannot be found.`, 404);
      const credentials = {
        accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
        secretAccessKey: randomBytes(30).toString('base64url'),
        sessionToken: randomBytes(48).toString('base64url'),
      };
      const arn = `arn:aws:sts::${context.accountId}:assumed-role/${role.name}/${sessionName}`;
      keys.set(credentials.accessKeyId, { principal: { kind: 'role', roleArn, arn }, ...credentials });
      return credentials;
    },
    identify: (accessKeyId) => keys.get(accessKeyId),
    check(principal, permissions) {
      if (principal.kind === 'account') return;
      for (const permission of permissions) {
        const decision = decide(principal.roleArn, permission);
        if (decision === 'allowed') continue;
        const because =
          decision === 'explicitDeny'
            ? 'with an explicit deny in an identity-based policy'
            : `because no identity-based policy allows the ${permission.action} action`;
        throw new AwsError(
          'AccessDeniedException',
          `User: ${principal.arn} is not authorized to perform: ${permission.action} on resource: ${permission.resource} ${because}`,
          403,
        );
      }
    },
    trusts: (roleArn, service) => roles.get(roleArn)?.trusted.includes(service) ?? false,
    report: () => accessLog.report(roles),
  };
}

function roleProvider(context: CloudContext, roles: Map<string, Role>): ResourceProvider {
  return {
    type: 'AWS::IAM::Role',
    honoured: [
      'RoleName',
      'AssumeRolePolicyDocument',
      'ManagedPolicyArns',
      'Policies.*.PolicyName',
      'Policies.*.PolicyDocument',
    ],
    noEffect: {
      Description: 'text for people',
      Tags: 'nothing reads them',
      MaxSessionDuration: 'sessions last as long as the process',
    },
    provision({ properties, generatedName, stackName, logicalId }) {
      const origin = { stack: stackName, logicalId };
      const name = String(properties['RoleName'] ?? generatedName);
      const arn = `arn:aws:iam::${context.accountId}:role/${name}`;
      const policies = new Map<string, Policy>();
      for (const managed of (properties['ManagedPolicyArns'] ?? []) as string[]) {
        const statements = managedPolicies[managed.split(':policy/')[1] ?? ''];
        if (!statements) throw new NotHonoured('ManagedPolicyArns', `the managed policy ${managed} is not known here`);
        policies.set(managed, { statements: parsePolicy(statements) });
      }
      for (const policy of (properties['Policies'] ?? []) as Array<{ PolicyName: string; PolicyDocument: unknown }>) {
        policies.set(policy.PolicyName, { statements: parsePolicy(policy.PolicyDocument), origin });
      }
      roles.set(arn, { arn, name, origin, policies, trusted: trustedServices(properties['AssumeRolePolicyDocument']) });
      return { ref: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
    },
  };
}

function trustedServices(document: unknown): string[] {
  const { Statement: statements } = document as { Statement: Array<Record<string, unknown>> };
  return statements.flatMap((statement) => {
    const principal = (statement['Principal'] ?? {}) as { Service?: string | string[] };
    return statement['Effect'] === 'Allow' ? [principal.Service ?? []].flat() : [];
  });
}

function policyProvider(roles: Map<string, Role>): ResourceProvider {
  return {
    type: 'AWS::IAM::Policy',
    honoured: ['PolicyName', 'PolicyDocument', 'Roles'],
    noEffect: {},
    provision({ properties, generatedName, stackName, logicalId }) {
      const name = String(properties['PolicyName'] ?? generatedName);
      const statements = parsePolicy(properties['PolicyDocument']);
      for (const roleName of (properties['Roles'] ?? []) as string[]) {
        const role = [...roles.values()].find((candidate) => candidate.name === roleName);
        if (!role) throw new NotHonoured('Roles', `there is no role ${roleName}`);
        role.policies.set(name, { statements, origin: { stack: stackName, logicalId } });
      }
      return { ref: name, attributes: { Id: name } };
    },
  };
}
