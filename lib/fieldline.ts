import type { App, Environment } from 'aws-cdk-lib';
import { ApiStack } from './apiStack.ts';
import { CommandGroupsStack } from './commandGroupsStack.ts';
import { CommandsStack } from './commandsStack.ts';
import type { Configuration } from './config.ts';
import { DataStack } from './dataStack.ts';
import { EventsStack } from './eventsStack.ts';
import { IdentityStack } from './identityStack.ts';
import { IngestionStack } from './ingestionStack.ts';
import { LiveStack } from './liveStack.ts';
import { PresenceStack } from './presenceStack.ts';
import { ProvisioningStack } from './provisioningStack.ts';
import { TimestreamStack } from './timestreamStack.ts';
import { TwinStack } from './twinStack.ts';

/** Composes the stacks of one stage. */
export function composeFieldline(app: App, configuration: Configuration) {
  const env: Environment = {
    region: configuration.region,
    ...(configuration.account !== undefined && { account: configuration.account }),
  };
  const common = (name: string) => ({
    stackName: `Fieldline-${configuration.stage}-${name}`,
    env,
    configuration,
    terminationProtection: !configuration.disposable,
    // CloudFormation hands them on to every resource of the stack.
    tags: { application: 'fieldline', stage: configuration.stage },
  });
  const data = new DataStack(app, 'Data', {
    ...common('Data'),
    description: 'Fieldline: devices, messages, raw payloads',
  });
  const identity = new IdentityStack(app, 'Identity', {
    ...common('Identity'),
    description: 'Fieldline: people',
  });
  const timestream = new TimestreamStack(app, 'Timestream', {
    ...common('Timestream'),
    description: 'Fieldline: telemetry in Timestream for LiveAnalytics',
  });
  const live = new LiveStack(app, 'Live', {
    ...common('Live'),
    description: 'Fieldline: live updates over WebSocket',
    data,
  });
  const commands = new CommandsStack(app, 'Commands', {
    ...common('Commands'),
    description: 'Fieldline: what devices are told to do',
    data,
    live,
  });
  const commandGroups = new CommandGroupsStack(app, 'CommandGroups', {
    ...common('CommandGroups'),
    description: 'Fieldline: what rooms and applications are told to do',
    data,
    commands,
    liveQueue: live.queue,
  });
  const presence = new PresenceStack(app, 'Presence', {
    ...common('Presence'),
    description: 'Fieldline: which devices are there',
    data,
    liveQueue: live.presenceQueue,
    mailbox: commands.mailbox,
  });
  const ingestion = new IngestionStack(app, 'Ingestion', {
    ...common('Ingestion'),
    description: 'Fieldline: telemetry from devices',
    data,
    liveQueue: live.queue,
    presenceQueue: presence.queue,
    liveApi: live.api,
  });
  // The functions write to it: there first, though nothing is imported.
  ingestion.addStackDependency(timestream);
  const provisioning = new ProvisioningStack(app, 'Provisioning', {
    ...common('Provisioning'),
    description: 'Fieldline: how devices come in and stay in',
    data,
    ingestion,
  });
  // The template names the device policy: there first, though nothing is imported.
  provisioning.addStackDependency(ingestion);
  const twin = new TwinStack(app, 'Twin', {
    ...common('Twin'),
    description: 'Fieldline: twins of devices',
    data,
    liveQueue: live.queue,
  });
  const events = new EventsStack(app, 'Events', {
    ...common('Events'),
    description: 'Fieldline: what happens, to those who want to know',
    data,
    liveQueue: live.queue,
  });
  const api = new ApiStack(app, 'Api', {
    ...common('Api'),
    description: 'Fieldline: HTTP API',
    data,
    identity,
    commands,
    commandGroups,
    telemetryQueue: ingestion.telemetry,
    liveQueue: live.queue,
    webSocketUrl: live.webSocketUrl,
  });
  return {
    data,
    identity,
    timestream,
    live,
    ingestion,
    provisioning,
    commands,
    commandGroups,
    presence,
    twin,
    events,
    api,
  };
}
