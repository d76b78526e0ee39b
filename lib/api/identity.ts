import type { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { identityApiEnv } from '../../functions/identity/env.ts';
import { identityOperations } from '../../functions/identity/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

interface IdentityProps extends FeatureProps {
  readonly identity: { readonly users: UserPool; readonly client: UserPoolClient };
}

export function addIdentity(scope: Construct, { identity: { users, client }, ...props }: IdentityProps): void {
  const { directory, audit } = props.data;
  new ApiFeature(scope, 'Identity', {
    ...props,
    entry: 'identity/api',
    description: 'People sign in and out, and say who they are',
    operations: identityOperations,
    env: identityApiEnv,
    environment: { USER_POOL_ID: users.userPoolId, USER_POOL_CLIENT_ID: client.userPoolClientId },
    statements: [
      allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], directory.tableArn),
      allow(['dynamodb:PutItem'], audit.tableArn),
      // Sign-in itself is by operations that nobody signs, which IAM is not asked about.
      allow(['cognito-idp:AdminGetUser'], users.userPoolArn),
    ],
  });
}
