import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cloud, startCloud } from '../../local/cloud.ts';

const inlineRole = (service: string, statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
    },
    Policies:
      statements.length === 0
        ? []
        : [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});
const allow = (action: string | string[], resource: unknown = '*') => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});

/** Topics of a device: its own below `devices/<thing>`, and its shadows. */
const arn = (kind: string, name: string) => `arn:aws:iot:us-east-1:000000000000:${kind}/${name}`;
// biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
const thing = '${iot:Connection.Thing.ThingName}';
const devicePolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      ...allow('iot:Connect', arn('client', thing)),
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
    },
    allow(
      ['iot:Publish', 'iot:RetainPublish', 'iot:Receive'],
      [arn('topic', `devices/${thing}/*`), arn('topic', `$aws/things/${thing}/shadow/*`)],
    ),
    allow('iot:Subscribe', [
      arn('topicfilter', `devices/${thing}/*`),
      arn('topicfilter', `$aws/things/${thing}/shadow/*`),
    ]),
    allow(['iot:GetThingShadow', 'iot:UpdateThingShadow'], arn('thing', thing)),
  ],
};
const claimTopics = [
  '$aws/certificates/create/*',
  '$aws/certificates/create-from-csr/*',
  '$aws/provisioning-templates/fleet/provision/*',
];
const claimPolicy = {
  Version: '2012-10-17',
  Statement: [
    allow('iot:Connect'),
    allow(
      ['iot:Publish', 'iot:Receive'],
      claimTopics.map((topic) => arn('topic', topic)),
    ),
    allow(
      'iot:Subscribe',
      claimTopics.map((topic) => arn('topicfilter', topic)),
    ),
  ],
};
const templateBody = {
  Parameters: {
    SerialNumber: { Type: 'String' },
    Site: { Type: 'String' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { 'Fn::Join': ['', ['station-', { Ref: 'SerialNumber' }]] },
        AttributePayload: { site: { Ref: 'Site' } },
        ThingGroups: ['stations'],
      },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: { CertificateId: { Ref: 'AWS::IoT::Certificate::Id' }, Status: 'Active' },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'device' } },
  },
  DeviceConfiguration: { site: { Ref: 'Site' } },
};
const hook = `
export const handler = async ({ parameters, templateArn, claimCertificateId, certificatePem }) => ({
  allowProvisioning: parameters.SerialNumber !== 'stolen' && templateArn.endsWith('/fleet') && claimCertificateId !== undefined && certificatePem.startsWith('-----BEGIN'),
  parameterOverrides: { Site: 'from-the-hook' },
});
`;

const resources = {
  Device: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'device', PolicyDocument: devicePolicy } },
  Claim: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'claim', PolicyDocument: claimPolicy } },
  Stations: { Type: 'AWS::IoT::ThingGroup', Properties: { ThingGroupName: 'stations' } },
  Registered: {
    Type: 'AWS::IoT::Thing',
    Properties: { ThingName: 'registered', AttributePayload: { Attributes: { site: 'north' } } },
  },
  HookRole: inlineRole('lambda.amazonaws.com', []),
  Hook: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'hook',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
      Timeout: 5,
      Code: { S3Bucket: 'assets', S3Key: 'hook.zip' },
    },
  },
  HookPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['Hook', 'Arn'] },
      Principal: 'iot.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['Fleet', 'TemplateArn'] },
    },
  },
  FleetRole: inlineRole('iot.amazonaws.com', [allow('iot:*')]),
  Fleet: {
    Type: 'AWS::IoT::ProvisioningTemplate',
    Properties: {
      TemplateName: 'fleet',
      Enabled: true,
      ProvisioningRoleArn: { 'Fn::GetAtt': ['FleetRole', 'Arn'] },
      PreProvisioningHook: { TargetArn: { 'Fn::GetAtt': ['Hook', 'Arn'] }, PayloadVersion: '2020-04-01' },
      TemplateBody: JSON.stringify(templateBody),
    },
    DependsOn: ['Device', 'Stations'],
  },
  Events: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'events' } },
  RuleRole: inlineRole('iot.amazonaws.com', [allow(['sqs:SendMessage', 'iot:Publish', 'iot:GetThingShadow'])]),
  EventRule: {
    Type: 'AWS::IoT::TopicRule',
    Properties: {
      RuleName: 'events',
      TopicRulePayload: {
        Sql: "SELECT * FROM '$aws/events/#'",
        AwsIotSqlVersion: '2016-03-23',
        Actions: [{ Sqs: { QueueUrl: { Ref: 'Events' }, RoleArn: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } } }],
      },
    },
  },
};

/** A free port. Another process may take it before we do; then the start says so. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

export interface IotCloud {
  readonly cloud: Cloud;
  readonly directory: string;
  readonly httpsPort: number;
  /** What the cloud had to say: reasons of refusals. */
  readonly log: ReadonlyArray<{ message: string; fields: Record<string, unknown> | undefined }>;
  /** Stops the cloud and starts it again on the same state. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A local cloud with a small handwritten assembly: policies, a fleet template with a hook, and a rule that keeps lifecycle events. */
export async function startIotCloud(): Promise<IotCloud> {
  const directory = mkdtempSync(join(tmpdir(), 'fieldline-iot-'));
  const assemblyDir = join(directory, 'cdk.out');
  mkdirSync(join(assemblyDir, 'asset.hook'), { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(assemblyDir, name), typeof content === 'string' ? content : JSON.stringify(content));
  write('manifest.json', {
    version: '36.0.0',
    artifacts: { Iot: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Iot.template.json' } } },
  });
  write('Iot.template.json', {
    Resources: resources,
    Outputs: { Events: { Value: { Ref: 'Events' } }, RuleRole: { Value: { 'Fn::GetAtt': ['RuleRole', 'Arn'] } } },
  });
  write('Iot.assets.json', {
    files: { hook: { source: { path: 'asset.hook' }, destinations: { here: { objectKey: 'hook.zip' } } } },
  });
  write('asset.hook/index.mjs', hook);

  const log: Array<{ message: string; fields: Record<string, unknown> | undefined }> = [];
  const note = (message: string, fields?: Record<string, unknown>) => void log.push({ message, fields });
  const [edge, mqtt, https] = [await freePort(), await freePort(), await freePort()];
  const start = () =>
    startCloud({
      assemblyDir,
      stateDir: join(directory, 'state'),
      ports: { edge, mqtt, https },
      log: { info: note, warn: note, error: note },
    });
  let cloud = await start();
  return {
    get cloud() {
      return cloud;
    },
    directory,
    httpsPort: https,
    log,
    async restart() {
      await cloud.close();
      cloud = await start();
    },
    async close() {
      await cloud.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
