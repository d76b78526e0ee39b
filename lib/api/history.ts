import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { historyApiEnv } from '../../functions/history/env.ts';
import { historyOperations } from '../../functions/history/operations.ts';
import { telemetryNames } from '../config.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addHistory(scope: Construct, props: FeatureProps): void {
  const { devices } = props.data;
  const telemetry = telemetryNames(props.configuration);
  new ApiFeature(scope, 'History', {
    ...props,
    entry: 'history/api',
    description: 'Telemetry of devices and rooms over time',
    operations: historyOperations,
    env: historyApiEnv,
    environment: { TELEMETRY_DATABASE: telemetry.database, TELEMETRY_TABLE: telemetry.table },
    // API Gateway waits for 30 seconds.
    timeout: Duration.seconds(29),
    memorySize: 1024,
    statements: [
      // The metrics that a device is known to have.
      allow(['dynamodb:BatchGetItem'], devices.tableArn),
      allow(['dynamodb:Query'], `${devices.tableArn}/index/byRoom`),
      allow(
        ['timestream:Select'],
        Stack.of(scope).formatArn({
          service: 'timestream',
          resource: 'database',
          resourceName: `${telemetry.database}/table/${telemetry.table}`,
        }),
      ),
      // Endpoint discovery takes no resource.
      allow(['timestream:DescribeEndpoints'], '*'),
    ],
  });
}
