import type { AwsRequest, Permission } from '../service.ts';

/** A call as faults see it: by the operation that it names, or by the actions that it needs. */
export const callOf = ({ service, operation, principal }: AwsRequest, permissions: readonly Permission[]) => ({
  service,
  operations: [...(operation === undefined ? [] : [operation]), ...permissions.map(actionName)],
  caller: principal.kind,
});

const actionName = ({ action }: Permission) => action.slice(action.indexOf(':') + 1);
