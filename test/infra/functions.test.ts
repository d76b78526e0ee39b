import { describe, expect, test } from '@jest/globals';
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
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on {${queue}}`,
  );
const iot = 'arn:aws:iot:eu-central-1:111122223333:';
const telemetryTable = 'arn:aws:timestream:eu-central-1:111122223333:database/fieldline-dev/table/telemetry';

/** All that a function may do, besides writing its own log and its traces. */
const permissions: Readonly<Record<string, string[]>> = {
  Ingest: [
    'dynamodb:BatchGetItem on {Devices}',
    'dynamodb:BatchGetItem on {Messages}',
    'dynamodb:PartiQLInsert on {Devices}',
    'dynamodb:PartiQLInsert on {Messages}',
    'dynamodb:PartiQLUpdate on {Devices}',
    's3:PutObject on {Raw}/raw/*',
    ...consumes('Telemetry'),
    ...consumes('TelemetryRetry'),
    'sqs:SendMessage on {LiveQueue}',
    'sqs:SendMessage on {TelemetryDlq}',
    'sqs:SendMessage on {TelemetryRetry}',
    'timestream:DescribeEndpoints on *',
    `timestream:WriteRecords on ${telemetryTable}`,
  ],
  DeadLetter: [
    'dynamodb:BatchGetItem on {Messages}',
    'dynamodb:PartiQLInsert on {Messages}',
    's3:PutObject on {Raw}/raw/*',
    ...consumes('TelemetryPoison'),
    'sqs:SendMessage on {TelemetryDlq}',
  ],
  RuleErrorsConsumer: [...consumes('RuleErrors'), 'sqs:SendMessage on {TelemetryRetry}'],
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
  Heartbeat: ['dynamodb:PartiQLInsert on {Devices}', 'dynamodb:PartiQLUpdate on {Devices}', ...consumes('Heartbeats')],
  DeviceRuleErrorsConsumer: [
    ...consumes('DeviceRuleErrors'),
    'sqs:SendMessage on {Announcements}',
    'sqs:SendMessage on {CertificateRequests}',
    'sqs:SendMessage on {Heartbeats}',
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
    'dynamodb:PutItem on {Connections}',
    'dynamodb:Query on {Connections}',
  ],
  Push: [
    'dynamodb:BatchWriteItem on {Connections}',
    'dynamodb:Query on {Connections}',
    'dynamodb:Query on {Connections}/index/byChannel',
    'execute-api:ManageConnections on arn:aws:execute-api:eu-central-1:111122223333:{Api}/live/POST/@connections/*',
    ...consumes('LiveQueue'),
  ],
  ReadDevices: [
    'dynamodb:GetItem on {Devices}',
    'dynamodb:Query on {Devices}/index/byApplication',
    'dynamodb:Query on {Messages}',
    'dynamodb:Query on {Messages}/index/byDevice',
  ],
  Health: [
    'dynamodb:DescribeTable on {Devices}',
    's3:ListBucket on {Raw}',
    'sqs:GetQueueAttributes on {LiveQueue}',
    'sqs:GetQueueAttributes on {Telemetry}',
    'timestream:DescribeEndpoints on *',
    `timestream:DescribeTable on ${telemetryTable}`,
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

test('a function is invoked only from an API and route that is named, and the hook by the one template', () => {
  const [template] = app.resources('AWS::IoT::ProvisioningTemplate');
  for (const { properties } of app.resources('AWS::Lambda::Permission')) {
    if (properties.Principal === 'iot.amazonaws.com') {
      expect(app.text(properties.FunctionName)).toBe(app.text(template?.properties.PreProvisioningHook.TargetArn));
      expect(app.text(properties.SourceArn)).toBe(`${iot}provisioningtemplate/${template?.properties.TemplateName}`);
      continue;
    }
    expect(properties.Principal).toBe('apigateway.amazonaws.com');
    expect(app.text(properties.SourceArn)).toMatch(
      /^arn:aws:execute-api:eu-central-1:111122223333:\{(Api\}\/\*\$?[a-z]+|Http\}\/\*\/\*\/api\/.+)$/,
    );
  }
});

test('every route is authorized by IAM; of the WebSocket API $connect alone, for the others come after it', () => {
  const open = app
    .resources('AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => properties.AuthorizationType !== 'AWS_IAM')
    .map(({ stack, properties }) => `${stack} ${properties.RouteKey}`);
  expect(open.sort()).toEqual(['Live $default', 'Live $disconnect', 'Live subscribe', 'Live unsubscribe']);
});
