import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { groupsApiEnv } from '../../functions/commandGroups/env.ts';
import { scopeIndex } from '../../functions/commandGroups/groupCommand.ts';
import { groupCommandOperations } from '../../functions/commandGroups/operations.ts';
import type { CommandGroupsStack } from '../commandGroupsStack.ts';
import type { CommandsStack } from '../commandsStack.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';
import { queryDevices } from './registry.ts';

interface CommandGroupsProps extends FeatureProps {
  readonly commands: Pick<CommandsStack, 'table'>;
  readonly commandGroups: Pick<CommandGroupsStack, 'table' | 'functionEnvironment' | 'wakeGroups'>;
}

export function addCommandGroups(scope: Construct, { commands, commandGroups, ...props }: CommandGroupsProps): void {
  const { table } = commandGroups;
  new ApiFeature(scope, 'CommandGroups', {
    ...props,
    entry: 'commandGroups/api',
    description: 'Commands of rooms and applications',
    operations: groupCommandOperations,
    env: groupsApiEnv,
    environment: commandGroups.functionEnvironment,
    statements: [
      allow(
        ['GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query'].map((action) => `dynamodb:${action}`),
        table.tableArn,
      ),
      allow(['dynamodb:Query'], `${table.tableArn}/index/${scopeIndex.name}`),
      allow(['dynamodb:BatchGetItem'], commands.table.tableArn, props.data.directory.tableArn),
      queryDevices(props.data, 'byRoom', 'byType', 'byApplication'),
      commandGroups.wakeGroups(),
    ],
    // A thousand devices are found and written down in one request.
    timeout: Duration.seconds(29),
    memorySize: 1024,
  });
}
