import type { Construct } from 'constructs';
import { provisioningApiEnv } from '../../functions/provisioning/env.ts';
import { provisioningOperations } from '../../functions/provisioning/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { certificatesOfDevices } from './registry.ts';

export function addProvisioning(scope: Construct, props: FeatureProps): void {
  const { directory } = props.data;
  new ApiFeature(scope, 'Provisioning', {
    ...props,
    entry: 'provisioning/api',
    description: 'Tokens and certificates of devices',
    operations: provisioningOperations,
    env: provisioningApiEnv,
    environment: {},
    statements: [allow(['dynamodb:PutItem'], directory.tableArn), ...certificatesOfDevices(scope)],
  });
}
