import type { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { applicationsApiEnv } from '../../functions/applications/env.ts';
import { applicationOperations } from '../../functions/applications/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

interface ApplicationsProps extends FeatureProps {
  readonly identity: { readonly users: UserPool };
}

export function addApplications(scope: Construct, { identity: { users }, ...props }: ApplicationsProps): void {
  const { directory, devices, rooms } = props.data;
  new ApiFeature(scope, 'Applications', {
    ...props,
    entry: 'applications/api',
    description: 'Applications, their members and API keys',
    operations: applicationOperations,
    env: applicationsApiEnv,
    environment: { USER_POOL_ID: users.userPoolId },
    statements: [
      allow(
        [
          ...[
            'BatchGetItem',
            'BatchWriteItem',
            'ConditionCheckItem',
            'DeleteItem',
            'PutItem',
            'Query',
            'UpdateItem',
          ].map((action) => `dynamodb:${action}`),
        ],
        directory.tableArn,
      ),
      // The device that a key is for, and what grants name.
      allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], devices.tableArn),
      allow(['dynamodb:BatchGetItem'], rooms.tableArn),
      // An application goes only when it is empty.
      allow(['dynamodb:Query'], `${devices.tableArn}/index/byApplication`, `${rooms.tableArn}/index/byApplication`),
      allow(['cognito-idp:AdminGetUser', 'cognito-idp:AdminCreateUser'], users.userPoolArn),
    ],
  });
}
