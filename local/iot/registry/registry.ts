import type { CloudContext } from '../../context.ts';
import type { Statement } from '../../policy/policyDocument.ts';
import { iotArns, kindOfArn, nameOfArn } from './arns.ts';
import { registryChanges } from './changes.ts';
import { openPolicies } from './policies.ts';
import { openPrincipals, type ThingPrincipalType } from './principals.ts';
import { openRegisteredCertificates } from './registeredCertificates.ts';
import { deleteConflict, invalid } from './registryErrors.ts';
import { openThingGroups } from './thingGroups.ts';
import { openThings } from './things.ts';
import { openThingTypes } from './thingTypes.ts';

export type Registry = ReturnType<typeof openRegistry>;

/** The registry of AWS IoT Core: its parts, and the operations that concern more than one of them. */
export function openRegistry(context: Pick<CloudContext, 'store' | 'region' | 'accountId'>) {
  const { store } = context;
  const arn = iotArns(context);
  const changes = registryChanges();
  changes.setMaxListeners(0);
  const types = openThingTypes(store, arn);
  const things = openThings(store, arn, types, changes);
  const groups = openThingGroups(store, arn, things, changes);
  const certificates = openRegisteredCertificates(store, arn, changes);
  const policies = openPolicies(store, arn, changes);
  const principals = openPrincipals(store, changes);

  const checkPrincipal = (principal: string) => {
    if (kindOfArn(principal) !== 'cert')
      throw invalid(
        `The principal '${principal}' is not a certificate ARN; Cognito identities are not honoured by the local cloud.`,
      );
    certificates.get(nameOfArn(principal));
  };

  return {
    arn,
    changes,
    types,
    things,
    groups,
    certificates,
    policies,
    principals,
    attachPrincipal(thing: string, principal: string, type: ThingPrincipalType = 'NON_EXCLUSIVE_THING'): void {
      things.get(thing);
      checkPrincipal(principal);
      principals.attach(thing, principal, type);
    },
    detachPrincipal(thing: string, principal: string): void {
      things.get(thing);
      principals.detach(thing, principal);
    },
    attachPolicy(name: string, target: string): void {
      if (kindOfArn(target) === 'thinggroup') groups.get(nameOfArn(target));
      else if (kindOfArn(target) === 'cert') certificates.get(nameOfArn(target));
      policies.attach(name, target);
    },
    deleteThing(name: string, expectedVersion?: number): void {
      if (principals.ofThing(name).length > 0)
        throw invalid(`Thing ${name} still has principals attached; detach them first.`);
      things.delete(name, expectedVersion);
      groups.forgetThing(name);
    },
    deleteCertificate(id: string, force: boolean): void {
      const { arn: target } = certificates.get(id);
      const attached = policies.attachedTo(target);
      if (principals.ofPrincipal(target).length > 0 || (attached.length > 0 && !force)) {
        throw deleteConflict("The certificate's policies and things must be detached before deletion.");
      }
      certificates.delete(id);
      for (const name of attached) policies.detach(name, target);
    },
    /** The policies that apply to a certificate, and to the groups of the thing that it speaks for. */
    statementsFor(certificateArn: string, thing: string | undefined): Statement[] {
      const groupArns = thing === undefined ? [] : groups.groupsAbove(thing).map((name) => arn('thinggroup', name));
      return [certificateArn, ...groupArns].flatMap((target) => policies.statementsOf(target));
    },
    /** Names of those policies. */
    policiesFor(certificateArn: string, thing: string | undefined): string[] {
      const groupArns = thing === undefined ? [] : groups.groupsAbove(thing).map((name) => arn('thinggroup', name));
      return [...new Set([certificateArn, ...groupArns].flatMap((target) => policies.attachedTo(target)))];
    },
    /** The thing that a connection speaks for: the exclusive one of its certificate, else the attached one named as the client id. */
    thingOfConnection(
      certificateArn: string,
      clientId: string | undefined,
    ): { name: string; exclusive: boolean } | undefined {
      const attachment = principals.ofConnection(certificateArn, clientId);
      return attachment && { name: attachment.thing, exclusive: attachment.type === 'EXCLUSIVE_THING' };
    },
  };
}
