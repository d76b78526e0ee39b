import type { Construct } from 'constructs';
import { liveApiEnv } from '../../functions/live/env.ts';
import { liveOperations } from '../../functions/live/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

interface LiveProps extends FeatureProps {
  readonly webSocketUrl: string;
}

export function addLive(scope: Construct, { webSocketUrl, ...props }: LiveProps): void {
  new ApiFeature(scope, 'Live', {
    ...props,
    entry: 'live/api',
    description: 'Tickets for the WebSocket API',
    operations: liveOperations,
    env: liveApiEnv,
    environment: { WEBSOCKET_URL: webSocketUrl },
    statements: [allow(['dynamodb:PutItem'], props.data.ephemeral.tableArn)],
  });
}
