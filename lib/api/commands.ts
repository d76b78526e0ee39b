import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { commandsApiEnv } from '../../functions/commands/env.ts';
import { commandOperations } from '../../functions/commands/operations.ts';
import type { CommandsStack } from '../commandsStack.ts';
import { ApiFeature } from '../constructs/apiFeature.ts';
import { allow, type FeatureProps } from './feature.ts';

interface CommandsProps extends FeatureProps {
  readonly commands: Pick<CommandsStack, 'table' | 'functionEnvironment' | 'endCommands' | 'publishCommands'>;
}

export function addCommands(scope: Construct, { commands, ...props }: CommandsProps): void {
  new ApiFeature(scope, 'Commands', {
    ...props,
    entry: 'commands/api',
    description: 'Commands of a device',
    operations: commandOperations,
    env: commandsApiEnv,
    environment: commands.functionEnvironment,
    statements: [
      ...commands.endCommands(),
      allow(['dynamodb:Query'], commands.table.tableArn),
      // What may go at once goes without the mailbox: whether the device is there, and has no other that is open.
      allow(['dynamodb:BatchGetItem'], props.data.devices.tableArn, commands.table.tableArn),
      commands.publishCommands(),
    ],
    // Whoever waits for the end of a command waits for as long as API Gateway does.
    timeout: Duration.seconds(29),
    memorySize: 1024,
  });
}
