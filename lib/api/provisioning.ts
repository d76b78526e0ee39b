import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { provisioningApiEnv } from '../../functions/provisioning/env.ts';
import { provisioningOperations } from '../../functions/provisioning/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addProvisioning(scope: Construct, props: FeatureProps): void {
  const { directory } = props.data;
  const iotArn = (resource: string) => Stack.of(scope).formatArn({ service: 'iot', resource, resourceName: '*' });
  new ApiFeature(scope, 'Provisioning', {
    ...props,
    entry: 'provisioning/api',
    description: 'Tokens and certificates of devices',
    operations: provisioningOperations,
    env: provisioningApiEnv,
    environment: {},
    statements: [
      allow(['dynamodb:PutItem'], directory.tableArn),
      allow(['iot:ListThingPrincipals'], iotArn('thing')),
      allow(['iot:DescribeCertificate', 'iot:UpdateCertificate'], iotArn('cert')),
    ],
  });
}
