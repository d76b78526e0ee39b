import type { Construct } from 'constructs';
import { journalApiEnv } from '../../functions/journal/env.ts';
import { journalOperations } from '../../functions/journal/operations.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

export function addJournal(scope: Construct, props: FeatureProps): void {
  const { audit, events } = props.data;
  new ApiFeature(scope, 'Journal', {
    ...props,
    entry: 'journal/api',
    description: 'The audit log and events',
    operations: journalOperations,
    env: journalApiEnv,
    environment: { EVENTS_TABLE: events.tableName },
    statements: [
      allow(
        ['dynamodb:Query'],
        audit.tableArn,
        `${audit.tableArn}/index/byEntity`,
        events.tableArn,
        `${events.tableArn}/index/byEntity`,
      ),
      // Of people's notes.
      allow(['dynamodb:PutItem'], events.tableArn),
    ],
  });
}
