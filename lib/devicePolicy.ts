import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Of a device's certificate: only as its own thing, only on its own topics. */
export function devicePolicy(options: {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly ruleName: string;
}): PolicyDocument {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of AWS IoT
  const thing = '${iot:Connection.Thing.ThingName}';
  const arn = (resource: string) => `arn:${options.partition}:iot:${options.region}:${options.account}:${resource}`;
  return new PolicyDocument({
    statements: [
      new PolicyStatement({
        sid: 'ConnectAsItself',
        actions: ['iot:Connect'],
        resources: [arn(`client/${thing}`)],
        conditions: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
      }),
      new PolicyStatement({
        sid: 'SpeakOfItself',
        actions: ['iot:Publish'],
        resources: [
          arn(`topic/devices/telemetry/${thing}`),
          arn(`topic/$aws/rules/${options.ruleName}/devices/telemetry/${thing}`),
        ],
      }),
      new PolicyStatement({
        sid: 'HearItsCommands',
        actions: ['iot:Subscribe'],
        resources: [arn(`topicfilter/devices/commands/${thing}`)],
      }),
      new PolicyStatement({
        sid: 'GetItsCommands',
        actions: ['iot:Receive'],
        resources: [arn(`topic/devices/commands/${thing}`)],
      }),
    ],
  });
}
