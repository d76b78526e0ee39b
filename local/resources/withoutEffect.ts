import type { CloudContext } from '../context.ts';
import type { ResourceProvider } from './provider.ts';

/** Types that a template may hold although one machine has nothing to make of them. */
export function createProvidersWithoutEffect({ region, accountId }: CloudContext): readonly ResourceProvider[] {
  return [
    {
      type: 'AWS::CDK::Metadata',
      honoured: [],
      noEffect: { Analytics: 'is what CDK counts of its own use' },
      provision: ({ generatedName }) => ({ ref: generatedName, attributes: {} }),
    },
    {
      type: 'AWS::CloudWatch::Alarm',
      honoured: ['AlarmName'],
      noEffect: { '*': 'metrics are not collected on one machine, so no alarm can fire' },
      provision({ properties, generatedName }) {
        const name = String(properties['AlarmName'] ?? generatedName);
        return { ref: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}` } };
      },
    },
    {
      type: 'AWS::CloudWatch::Dashboard',
      honoured: ['DashboardName'],
      noEffect: { '*': 'metrics are not collected on one machine' },
      provision: ({ properties, generatedName }) => ({
        ref: String(properties['DashboardName'] ?? generatedName),
        attributes: {},
      }),
    },
  ];
}
