import { describe, expect, test } from '@jest/globals';
import { operations } from '../../functions/operations.ts';
import { type Operation, routeKeyOf } from '../../functions/platform/http/operation.ts';
import { ComposedApp, list } from './composedApp.ts';

const app = new ComposedApp();
const functions = app.resources('AWS::Lambda::Function').map(({ name, properties }) => ({
  name: name.replace(/Function$/, ''),
  role: app.text(properties.Role).replace(/^\{|\}$/g, ''),
  properties,
}));

/** Actions that AWS grants on `*` only. */
const withoutResource: Readonly<Record<string, string>> = {
  'xray:PutTelemetryRecords': 'a trace is no resource',
  'xray:PutTraceSegments': 'a trace is no resource',
  'iot:CreateCertificateFromCsr': 'what it makes has no name yet',
  'timestream:DescribeEndpoints': 'endpoint discovery comes before there is an endpoint to name',
};

const consumes = (queue: string) =>
  ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map((action) => `sqs:${action} on {${queue}}`);
const iot = 'arn:aws:iot:eu-central-1:111122223333:';
const telemetryTable = 'arn:aws:timestream:eu-central-1:111122223333:database/fieldline-dev/table/telemetry';

/** Of what takes telemetry signed by an API key. */
const signedIngest = [
  'dynamodb:GetItem on {Devices}',
  'dynamodb:GetItem on {Directory}',
  'dynamodb:PutItem on {Ephemeral}',
  'dynamodb:UpdateItem on {Directory}',
  'dynamodb:UpdateItem on {Ephemeral}',
  'sqs:SendMessage on {Telemetry}',
];
/** What the checks of every operation of a person who signed in ask. */
const callerChecks = [
  'dynamodb:GetItem on {Directory}',
  'dynamodb:Query on {Directory}/index/byUser',
  'dynamodb:UpdateItem on {Ephemeral}',
];
/** Of an Idempotency-Key. */
const onceByKey = ['dynamodb:DeleteItem on {Ephemeral}', 'dynamodb:PutItem on {Ephemeral}'];
/** Sessions and memberships of whoever asks. */
const readsStanding = ['dynamodb:GetItem on {Directory}', 'dynamodb:Query on {Directory}/index/byUser'];
/** Its stream is a property of the table. */
const readsStream = (table: string) =>
  ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
    (action) => `dynamodb:${action} on {${table}}`,
  );

/** To those who subscribed to a channel. */
const pushes = [
  'dynamodb:BatchWriteItem on {Connections}',
  'dynamodb:Query on {Connections}',
  'dynamodb:Query on {Connections}/index/byChannel',
  ...['DELETE', 'POST'].map(
    (method) =>
      `execute-api:ManageConnections on arn:aws:execute-api:eu-central-1:111122223333:{Api}/live/${method}/@connections/*`,
  ),
  ...readsStanding,
];

/** Who is told how a command is. */
const commandNews = ['GroupReports', 'LiveQueue', 'Mailbox'].map((queue) => `sqs:SendMessage on {${queue}}`);
const endsCommands = [
  'dynamodb:GetItem on {Commands}',
  'dynamodb:PutItem on {Commands}',
  'dynamodb:PutItem on {Events}',
  'dynamodb:UpdateItem on {Commands}',
  ...commandNews,
];

/** What goes to devices, directly or by their gateways. */
const tellsDevices = ['devices/commands/*', 'gateways/*/devices/commands/*'].map(
  (topic) => `iot:Publish on ${iot}topic/${topic}`,
);

/** All that a function may do, besides writing its own log and its traces. */
const permissions: Readonly<Record<string, string[]>> = {
  Ingest: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Messages}',
    'dynamodb:PartiQLInsert on {Devices}',
    'dynamodb:PartiQLInsert on {Messages}',
    'dynamodb:PartiQLUpdate on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Devices}',
    'dynamodb:UpdateItem on {Devices}',
    's3:PutObject on {Raw}/raw/*',
    ...consumes('Telemetry'),
    ...consumes('TelemetryRetry'),
    'sqs:SendMessage on {LiveQueue}',
    'sqs:SendMessage on {Presence}',
    'sqs:SendMessage on {TelemetryDlq}',
    'sqs:SendMessage on {TelemetryRetry}',
    'timestream:DescribeEndpoints on *',
    `timestream:WriteRecords on ${telemetryTable}`,
  ],
  DeadLetter: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Messages}',
    'dynamodb:PartiQLInsert on {Messages}',
    's3:PutObject on {Raw}/raw/*',
    ...consumes('TelemetryPoison'),
    'sqs:SendMessage on {TelemetryDlq}',
  ],
  RuleErrorsConsumer: [...consumes('RuleErrors'), 'sqs:SendMessage on {TelemetryRetry}'],
  WebSocketIngest: signedIngest,
  IngestHandler: signedIngest,
  MessagesHandler: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:GetItem on {Messages}',
    'dynamodb:Query on {Directory}/index/byUser',
    'dynamodb:Query on {Messages}',
    'dynamodb:Query on {Messages}/index/byApplication',
    'dynamodb:Query on {Messages}/index/byDevice',
    'dynamodb:UpdateItem on {Ephemeral}',
    's3:GetObject on {Raw}/raw/*',
  ],
  HistoryHandler: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:GetItem on {Rooms}',
    'dynamodb:Query on {Devices}/index/byRoom',
    'dynamodb:Query on {Directory}/index/byUser',
    'dynamodb:UpdateItem on {Ephemeral}',
    'timestream:DescribeEndpoints on *',
    `timestream:Select on ${telemetryTable}`,
  ],
  Announce: [
    'dynamodb:BatchGetItem on {Directory}',
    'dynamodb:ConditionCheckItem on {Directory}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:UpdateItem on {Devices}',
    `iot:DescribeThing on ${iot}thing/*`,
    ...consumes('Announcements'),
    'sqs:SendMessage on {ProvisioningDlq}',
  ],
  Certificates: [
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'iot:CreateCertificateFromCsr on *',
    ...['AttachPolicy', 'AttachThingPrincipal', 'DescribeCertificate', 'UpdateCertificate'].map(
      (action) => `iot:${action} on ${iot}cert/*`,
    ),
    `iot:ListThingPrincipals on ${iot}thing/*`,
    `iot:Publish on ${iot}topic/devices/certificates/*`,
    ...consumes('CertificateRequests'),
    'sqs:SendMessage on {CertificateRequests}',
  ],
  Lifecycle: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:PutItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:UpdateItem on {Devices}',
    ...consumes('Presence'),
    'sqs:SendMessage on {LivePresence}',
    'sqs:SendMessage on {Mailbox}',
    'sqs:SendMessage on {Presence}',
  ],
  Heartbeat: ['dynamodb:PartiQLUpdate on {Devices}', ...consumes('Heartbeats'), 'sqs:SendMessage on {Presence}'],
  Sweep: ['dynamodb:Query on {Devices}/index/byDue', 'sqs:SendMessage on {Presence}'],
  PresenceRuleErrorsConsumer: [
    ...consumes('PresenceRuleErrors'),
    'sqs:SendMessage on {Heartbeats}',
    'sqs:SendMessage on {Presence}',
  ],
  PresenceHandler: [...callerChecks, 'dynamodb:BatchGetItem on {Devices}', 'dynamodb:GetItem on {Devices}'],
  DeviceRuleErrorsConsumer: [
    ...consumes('DeviceRuleErrors'),
    'sqs:SendMessage on {Announcements}',
    'sqs:SendMessage on {CertificateRequests}',
  ],
  Hook: [
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:UpdateItem on {Directory}',
  ],
  ProvisioningHandler: [
    'dynamodb:DeleteItem on {Ephemeral}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Directory}',
    'dynamodb:PutItem on {Ephemeral}',
    'dynamodb:Query on {Directory}/index/byUser',
    'dynamodb:UpdateItem on {Ephemeral}',
    `iot:DescribeCertificate on ${iot}cert/*`,
    `iot:ListThingPrincipals on ${iot}thing/*`,
    `iot:UpdateCertificate on ${iot}cert/*`,
  ],
  Connection: [
    'dynamodb:BatchWriteItem on {Connections}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Rooms}',
    'dynamodb:PutItem on {Connections}',
    'dynamodb:Query on {Connections}',
    ...readsStanding,
  ],
  Authorize: [
    'dynamodb:DeleteItem on {Ephemeral}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:PutItem on {Ephemeral}',
    'dynamodb:UpdateItem on {Directory}',
  ],
  Push: [...pushes, ...consumes('LivePresence'), ...consumes('LiveQueue')],
  DevicesHandler: [
    ...callerChecks,
    ...onceByKey,
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Directory}',
    'dynamodb:BatchGetItem on {Rooms}',
    'dynamodb:ConditionCheckItem on {Directory}',
    'dynamodb:DeleteItem on {Devices}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:Query on {Devices}/index/byApplication',
    'dynamodb:Query on {Devices}/index/byGateway',
    'dynamodb:Query on {Devices}/index/byName',
    'dynamodb:Query on {Devices}/index/byRoom',
    'dynamodb:Query on {Devices}/index/byType',
    'dynamodb:Query on {Devices}/index/gateways',
    'dynamodb:UpdateItem on {Devices}',
    'dynamodb:UpdateItem on {Rooms}',
    `iot:DeleteThingShadow on ${iot}thing/*`,
    `iot:DescribeCertificate on ${iot}cert/*`,
    `iot:ListNamedShadowsForThing on ${iot}thing/*`,
    `iot:ListThingPrincipals on ${iot}thing/*`,
    `iot:UpdateCertificate on ${iot}cert/*`,
    'sqs:SendMessage on {Mailbox}',
  ],
  RoomsHandler: [
    ...callerChecks,
    ...onceByKey,
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Rooms}',
    'dynamodb:DeleteItem on {Rooms}',
    'dynamodb:GetItem on {Rooms}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:PutItem on {Rooms}',
    'dynamodb:Query on {Devices}/index/byRoom',
    'dynamodb:Query on {Rooms}/index/byApplication',
    'dynamodb:Query on {Rooms}/index/byName',
    'dynamodb:UpdateItem on {Devices}',
    'dynamodb:UpdateItem on {Rooms}',
  ],
  DeviceTypesHandler: [
    ...callerChecks,
    'dynamodb:DeleteItem on {Directory}',
    'dynamodb:PartiQLUpdate on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Directory}',
    'dynamodb:Query on {Devices}/index/byType',
    'dynamodb:Query on {Directory}',
  ],
  Record: [
    'dynamodb:BatchGetItem on {Directory}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:PutItem on {Ephemeral}',
    ...consumes('DeviceEvents'),
    'sqs:SendMessage on {EventsDlq}',
  ],
  EventRuleErrorsConsumer: [...consumes('EventRuleErrors'), 'sqs:SendMessage on {DeviceEvents}'],
  Publish: [
    ...readsStream('Events'),
    'sns:Publish on {Events}',
    // What the function gives up, and what the mapping does.
    'sqs:SendMessage on {EventsDlq}',
  ],
  Actors: [...consumes('EventsToActors'), 'sqs:SendMessage on {LiveQueue}'],
  Notify: [
    'dynamodb:PartiQLInsert on {Ephemeral}',
    'dynamodb:PartiQLUpdate on {Ephemeral}',
    'sns:Publish on {Notifications}',
    ...consumes('EventsToNotify'),
  ],
  Analytics: ['s3:PutObject on {Analytics}/events/*', ...consumes('EventsToAnalytics')],
  JournalHandler: [
    ...callerChecks,
    ...onceByKey,
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Rooms}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:Query on {Audit}',
    'dynamodb:Query on {Audit}/index/byEntity',
    'dynamodb:Query on {Events}',
    'dynamodb:Query on {Events}/index/byEntity',
  ],
  IdentityHandler: [
    'cognito-idp:AdminGetUser on {Users}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Directory}',
    'dynamodb:UpdateItem on {Directory}',
    ...callerChecks,
    ...onceByKey,
  ],
  ApplicationsHandler: [
    'cognito-idp:AdminCreateUser on {Users}',
    'cognito-idp:AdminGetUser on {Users}',
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Directory}',
    'dynamodb:BatchGetItem on {Rooms}',
    'dynamodb:BatchWriteItem on {Directory}',
    'dynamodb:ConditionCheckItem on {Directory}',
    'dynamodb:DeleteItem on {Directory}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Directory}',
    'dynamodb:Query on {Devices}/index/byApplication',
    'dynamodb:Query on {Directory}',
    'dynamodb:Query on {Rooms}/index/byApplication',
    'dynamodb:UpdateItem on {Directory}',
    ...callerChecks,
    ...onceByKey,
  ],
  RecordTwin: [
    'dynamodb:BatchGetItem on {Twins}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:PutItem on {Twins}',
    'dynamodb:UpdateItem on {Twins}',
    ...consumes('ShadowUpdates'),
    'sqs:SendMessage on {LiveQueue}',
  ],
  Expire: [
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Twins}',
    'dynamodb:PutItem on {Twins}',
    'dynamodb:UpdateItem on {Twins}',
    'dynamodb:Query on {Twins}/index/expiring',
    `iot:UpdateThingShadow on ${iot}thing/*`,
  ],
  ShadowRuleErrorsConsumer: [...consumes('ShadowRuleErrors'), 'sqs:SendMessage on {ShadowUpdates}'],
  TwinHandler: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:GetItem on {Twins}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {Twins}',
    'dynamodb:Query on {Twins}',
    `iot:DescribeThing on ${iot}thing/*`,
    `iot:GetThingShadow on ${iot}thing/*`,
    `iot:ListNamedShadowsForThing on ${iot}thing/*`,
    `iot:UpdateThingShadow on ${iot}thing/*`,
    ...callerChecks,
  ],
  CommandGroupsHandler: [
    'dynamodb:BatchGetItem on {Commands}',
    'dynamodb:BatchGetItem on {Directory}',
    ...['BatchWriteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map(
      (action) => `dynamodb:${action} on {CommandGroups}`,
    ),
    'dynamodb:GetItem on {Rooms}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:Query on {CommandGroups}/index/byScope',
    'dynamodb:Query on {Devices}/index/byApplication',
    'dynamodb:Query on {Devices}/index/byRoom',
    'dynamodb:Query on {Devices}/index/byType',
    'sqs:SendMessage on {GroupMailbox}',
    'sqs:SendMessage on {GroupTimers}',
    ...callerChecks,
    ...onceByKey,
  ],
  AdvanceGroup: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Commands}',
    'dynamodb:GetItem on {Directory}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:PutItem on {CommandGroups}',
    'dynamodb:PutItem on {Commands}',
    'dynamodb:PutItem on {Events}',
    'dynamodb:Query on {CommandGroups}',
    'dynamodb:UpdateItem on {CommandGroups}',
    'dynamodb:UpdateItem on {Commands}',
    ...consumes('GroupMailbox'),
    ...['GroupMailbox', 'GroupReports', 'GroupTimers', 'LiveQueue', 'Mailbox'].map(
      (queue) => `sqs:SendMessage on {${queue}}`,
    ),
  ],
  GroupNews: [
    'dynamodb:BatchGetItem on {Commands}',
    'dynamodb:GetItem on {CommandGroups}',
    'dynamodb:Query on {CommandGroups}',
    'dynamodb:UpdateItem on {CommandGroups}',
    ...consumes('GroupReports'),
    ...consumes('GroupTimers'),
    'sqs:SendMessage on {GroupMailbox}',
    'sqs:SendMessage on {GroupTimers}',
  ],
  CommandsHandler: [
    ...endsCommands,
    ...tellsDevices,
    'dynamodb:BatchGetItem on {Commands}',
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Devices}',
    'dynamodb:PutItem on {Audit}',
    'dynamodb:Query on {Commands}',
    ...callerChecks,
    ...onceByKey,
  ],
  Dispatch: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:GetItem on {Commands}',
    'dynamodb:PutItem on {Commands}',
    'dynamodb:Query on {Commands}/index/byGateway',
    'dynamodb:Query on {Commands}/index/open',
    ...tellsDevices,
    ...consumes('Mailbox'),
    'sqs:SendMessage on {LiveQueue}',
    'sqs:SendMessage on {Mailbox}',
    'sqs:SendMessage on {Timers}',
  ],
  Respond: [
    ...endsCommands,
    'dynamodb:GetItem on {Devices}',
    ...consumes('Responses'),
    'sqs:SendMessage on {CommandsDlq}',
    ...pushes,
  ],
  SetTimers: [
    ...readsStream('Commands'),
    'dynamodb:BatchGetItem on {Commands}',
    // What the function gives up, and what the mapping does.
    'sqs:SendMessage on {CommandsDlq}',
    'sqs:SendMessage on {GroupReports}',
    'sqs:SendMessage on {Timers}',
  ],
  Timer: [...endsCommands, 'dynamodb:BatchGetItem on {Commands}', ...consumes('Timers'), 'sqs:SendMessage on {Timers}'],
  ResponseRuleErrorsConsumer: [...consumes('ResponseRuleErrors'), 'sqs:SendMessage on {Responses}'],
  LiveHandler: ['dynamodb:PutItem on {Ephemeral}', ...callerChecks],
  DocumentsHandler: ['dynamodb:UpdateItem on {Ephemeral}'],
  HealthHandler: [
    'dynamodb:DescribeTable on {Devices}',
    's3:ListBucket on {Raw}',
    'sqs:GetQueueAttributes on {LiveQueue}',
    'sqs:GetQueueAttributes on {Telemetry}',
    'timestream:DescribeEndpoints on *',
    `timestream:DescribeTable on ${telemetryTable}`,
    'dynamodb:UpdateItem on {Ephemeral}',
  ],
};

test('every function is in the table of permissions, and nothing else is', () => {
  expect(functions.map(({ name }) => name).sort()).toEqual(Object.keys(permissions).sort());
});

describe.each(functions)('function $name', ({ name, role, properties }) => {
  test('runs on Node.js 24 and arm64, is traced, and says what it is for', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Description: expect.stringMatching(/\w{3}/),
    });
  });

  test('writes JSON into a log group of its own, which forgets', () => {
    const group = app.text(properties.LoggingConfig.LogGroup);
    const sharing = functions.filter((other) => app.text(other.properties.LoggingConfig.LogGroup) === group);
    const [own] = app.resources('AWS::Logs::LogGroup').filter((logs) => `{${logs.name}}` === group);
    expect(sharing).toHaveLength(1);
    expect(properties.LoggingConfig.LogFormat).toBe('JSON');
    expect(own?.properties.RetentionInDays).toBe(30);
  });

  test('may do exactly what it needs', () => {
    expect(app.permissions(role)).toEqual(
      [
        ...(permissions[name] ?? []),
        `logs:CreateLogStream on {${name}Logs}`,
        `logs:PutLogEvents on {${name}Logs}`,
        'xray:PutTelemetryRecords on *',
        'xray:PutTraceSegments on *',
      ].sort(),
    );
  });

  test('has a role of its own, with no wildcard that AWS does not ask for', () => {
    expect(functions.filter((other) => other.role === role)).toHaveLength(1);
    for (const { Effect, Action, Resource } of app.statements(role)) {
      expect(Effect).toBe('Allow');
      for (const action of list(Action)) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
      if (list(Resource).includes('*')) {
        for (const action of list(Action)) expect(Object.keys(withoutResource)).toContain(action);
      }
    }
  });
});

test('a function is invoked only from an API and route that is named, by its own schedule, and the hook by the one template', () => {
  const [template] = app.resources('AWS::IoT::ProvisioningTemplate');
  for (const { properties } of app.resources('AWS::Lambda::Permission')) {
    if (properties.Principal === 'iot.amazonaws.com') {
      expect(app.text(properties.FunctionName)).toBe(app.text(template?.properties.PreProvisioningHook.TargetArn));
      expect(app.text(properties.SourceArn)).toBe(`${iot}provisioningtemplate/${template?.properties.TemplateName}`);
      continue;
    }
    if (properties.Principal === 'events.amazonaws.com') {
      const schedules = app
        .resources('AWS::Events::Rule')
        .filter(
          ({ properties: rule }) =>
            rule.ScheduleExpression && app.text(rule.Targets[0].Arn) === app.text(properties.FunctionName),
        );
      expect(schedules.map(({ name }) => `{${name}}`)).toEqual([app.text(properties.SourceArn)]);
      continue;
    }
    expect(properties.Principal).toBe('apigateway.amazonaws.com');
    expect(app.text(properties.SourceArn)).toMatch(
      /^arn:aws:execute-api:eu-central-1:111122223333:\{(Api\}\/\*\$?[a-z]+|Api\}\/authorizers\/\{ApiTicket\}|Http\}\/\*\/\*\/\*)$/,
    );
  }
});

test('a route asks who calls as its operation declares; of the WebSocket API $connect alone, for the others come after it', () => {
  const authorization = Object.fromEntries(
    app
      .resources('AWS::ApiGatewayV2::Route')
      .map(({ stack, properties }) => [`${stack} ${properties.RouteKey}`, properties.AuthorizationType ?? 'NONE']),
  );
  expect(authorization).toEqual({
    ...Object.fromEntries(
      Object.values<Operation>(operations).map((operation) => [
        `Api ${routeKeyOf(operation)}`,
        ['public', 'apiKey'].includes(String(operation.access)) ? 'NONE' : 'JWT',
      ]),
    ),
    'Live $connect': 'CUSTOM',
    'Ingestion telemetry': 'NONE',
    ...Object.fromEntries(
      ['$default', '$disconnect', 'subscribe', 'unsubscribe'].map((key) => [`Live ${key}`, 'NONE']),
    ),
  });
});
