import { type Stack, Validations } from 'aws-cdk-lib';
import type { composeFieldline } from './fieldline.ts';

/** Findings of cdk-nag that stand, each with its reason. */
export function acknowledgeFindings(stacks: ReturnType<typeof composeFieldline>): void {
  for (const stack of Object.values(stacks) as Stack[]) {
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-L1', reason: 'nodejs24.x is the newest runtime' });
  }
}
