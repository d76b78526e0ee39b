import type { ResourceProvider } from './provider.ts';

/** Resource types that change nothing on one machine, and why. Everything else that has no provider is refused. */
export function providersWithoutEffect(region: string, accountId: string): ResourceProvider[] {
  const none = (
    type: string,
    reason: string,
    arn: (name: string) => string,
    nameProperty: string,
  ): ResourceProvider => ({
    type,
    honoured: [nameProperty],
    noEffect: { '*': reason },
    provision({ properties, generatedName }) {
      const name = String(properties[nameProperty] ?? generatedName);
      return { ref: name, attributes: { Arn: arn(name) } };
    },
  });
  return [
    none(
      'AWS::Logs::LogGroup',
      'functions log to files',
      (name) => `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`,
      'LogGroupName',
    ),
    none(
      'AWS::CloudWatch::Alarm',
      'there is no CloudWatch; npm run doctor and the dashboard show the queues',
      (name) => `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
      'AlarmName',
    ),
  ];
}
