import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { resolveAllButReferences, usesOf } from './writtenElement.ts';

interface Statement {
  readonly Effect: string;
  readonly Resource?: unknown;
}
interface PolicyDocument {
  Statement: Statement[];
}

/**
 * Takes from a resource's policies what they allow on things that are left out, and with its last statement a policy of a role.
 * What is denied stays.
 * @returns false when the resource is a policy and has no statement left, which CloudFormation would not take
 */
export function trimPolicies(resource: CfnResource, isLeftOut: (construct: IConstruct) => boolean): boolean {
  const uses = (value: unknown) => [...usesOf(resource, value)].some(isLeftOut);
  // Where each type of resource gives the CDK its properties; protected, and never written twice by the CDK.
  const properties = resolveAllButReferences(resource, Reflect.get(resource, 'cfnProperties'));
  const documents = documentsIn(properties);
  if (documents.length === 0) return true;
  for (const document of documents) document.Statement = document.Statement.flatMap((one) => trim(one, uses));
  if (Array.isArray(properties.policies))
    properties.policies = properties.policies.filter(
      ({ policyDocument }: { policyDocument: PolicyDocument }) => policyDocument.Statement.length > 0,
    );
  Object.defineProperty(resource, 'cfnProperties', { get: () => properties, configurable: true });
  return documentsIn(properties).every(({ Statement }) => Statement.length > 0);
}

function trim(statement: Statement, uses: (value: unknown) => boolean): Statement[] {
  const { Resource, ...rest } = statement;
  if (statement.Effect !== 'Allow' || !uses(statement)) return [statement];
  if (uses(rest)) return [];
  const left = [Resource].flat().filter((one) => !uses(one));
  return left.length === 0 ? [] : [{ ...statement, Resource: left.length === 1 ? left[0] : left }];
}

function documentsIn(value: unknown): PolicyDocument[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Statement' in value && Array.isArray(value.Statement)) return [value as PolicyDocument];
  return Object.values(value).flatMap(documentsIn);
}
