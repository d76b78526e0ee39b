import { authorizeRole, callAsRole, type ServiceCall } from '../../../identity/callAsRole.ts';
import type { RulePorts } from '../rulePorts.ts';
import { RuleRefused } from '../topicRule.ts';
import type { ActionSetting } from './action.ts';

const servicePrincipal = 'iot.amazonaws.com';

/** @throws AwsError when the rules engine may not take the role, or the role may not do this. */
export function authorize(
  access: RulePorts['access'],
  roleArn: string,
  action: string,
  resource: string,
  conditions?: Readonly<Record<string, string | readonly string[]>>,
): void {
  authorizeRole(access, servicePrincipal, roleArn, { action, resource, ...(conditions && { context: conditions }) });
}

/**
 * A service of this cloud, called with an action's role as the rules engine of AWS calls it.
 * @throws RuleRefused when the cloud has no such service.
 */
export function serviceAsRole(
  { context, ports }: ActionSetting,
  signingName: string,
  roleArn: string,
): (call: ServiceCall) => void | Promise<void> {
  const service = ports.services?.find(({ signingNames }) => signingNames.includes(signingName));
  if (!service) throw new RuleRefused([], `the local cloud has no ${signingName} for rules`);
  return callAsRole({ context, access: ports.access, servicePrincipal, sessionName: 'iot-rule' }, service, roleArn);
}
