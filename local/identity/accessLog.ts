import { actionMatches, type Decision, resourceMatches } from '../policy/evaluate.ts';
import type { Statement } from '../policy/policyDocument.ts';

interface Origin {
  readonly stack: string;
  readonly logicalId: string;
}

/** What came of one Allow statement of a role. */
export interface GrantReport {
  readonly policy: string;
  /** Of the resource that the policy stands in; absent for policies of AWS. */
  readonly origin?: Origin;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Calls that it allowed. */
  readonly uses: number;
  readonly unusedActions: readonly string[];
  readonly unusedResources: readonly string[];
}

export interface RefusedCall {
  readonly action: string;
  readonly resource: string;
  readonly decision: Exclude<Decision, 'allowed'>;
  readonly count: number;
}

export interface RoleReport {
  readonly role: string;
  readonly origin: Origin;
  readonly grants: readonly GrantReport[];
  readonly refused: readonly RefusedCall[];
}

interface Usage {
  uses: number;
  readonly actions: Set<string>;
  /** A sample: keys of a bucket have no end. */
  readonly resources: Set<string>;
}

interface Subject {
  readonly name: string;
  readonly origin: Origin;
  /** Policy → its statements and where it comes from. */
  readonly policies: ReadonlyMap<string, { readonly statements: readonly Statement[]; readonly origin?: Origin }>;
}

const keptResources = 1000;
const keptRefusals = 1000;

/** What is allowed there happens without a call of the endpoint: functions log to files, and traces go nowhere. */
const unseen = /^(logs|xray):/;

/** Notes which statement of which role allowed a call, and what was refused. In memory, since the start. */
export function createAccessLog() {
  const usages = new Map<Statement, Usage>();
  const refusals = new Map<string, RefusedCall & { readonly roleArn: string; count: number }>();

  const reportGrant = (policy: string, statement: Statement, origin: Origin | undefined): GrantReport[] => {
    // What is denied, or allowed by exception, is no grant that could be left out.
    if (statement.effect === 'Deny' || statement.actions.length === 0) return [];
    const actions = statement.actions.filter((action) => !unseen.test(action));
    if (actions.length === 0) return [];
    const usage = usages.get(statement);
    const isUsed = (patterns: Iterable<string>, test: (pattern: string) => boolean) => [...patterns].some(test);
    return [
      {
        policy,
        ...(origin && { origin }),
        actions,
        resources: statement.resources,
        uses: usage?.uses ?? 0,
        unusedActions: actions.filter(
          (pattern) => !isUsed(usage?.actions ?? [], (action) => actionMatches(pattern, action)),
        ),
        unusedResources: statement.resources.filter(
          (pattern) => !isUsed(usage?.resources ?? [], (resource) => resourceMatches(pattern, resource)),
        ),
      },
    ];
  };

  return {
    allowed(statement: Statement, action: string, resource: string): void {
      let usage = usages.get(statement);
      if (!usage) {
        usage = { uses: 0, actions: new Set(), resources: new Set() };
        usages.set(statement, usage);
      }
      usage.uses += 1;
      usage.actions.add(action);
      if (usage.resources.size < keptResources) usage.resources.add(resource);
    },
    refused(roleArn: string, decision: RefusedCall['decision'], action: string, resource: string): void {
      const key = `${roleArn}\n${action}\n${resource}`;
      const known = refusals.get(key);
      if (known) known.count += 1;
      else if (refusals.size < keptRefusals) refusals.set(key, { roleArn, action, resource, decision, count: 1 });
    },
    report: (roles: ReadonlyMap<string, Subject>): RoleReport[] =>
      [...roles].map(([arn, { name, origin, policies }]) => ({
        role: name,
        origin,
        grants: [...policies].flatMap(([policy, { statements, origin: from }]) =>
          statements.flatMap((statement) => reportGrant(policy, statement, from)),
        ),
        refused: [...refusals.values()].flatMap(({ roleArn, ...refusal }) => (roleArn === arn ? [refusal] : [])),
      })),
  };
}
