import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { IoTClient } from '@aws-sdk/client-iot';
import { STSClient } from '@aws-sdk/client-sts';
import { TimestreamWriteClient } from '@aws-sdk/client-timestream-write';
import { describe, expect, test } from '@jest/globals';
import { adviceFor, deployChecks } from '../../../../scripts/doctor/checks.ts';

const answering = <Client extends { send: unknown }>(client: Client, answer: object) =>
  Object.assign(client, { send: async () => answer });

const checks = (bootstrapVersion: string) => {
  const region = { region: 'eu-central-1' };
  return deployChecks({
    sts: answering(new STSClient(region), { Account: '1', Arn: 'arn:aws:iam::1:user/ada' }),
    cloudFormation: answering(new CloudFormationClient(region), {
      Stacks: [{ Outputs: [{ OutputKey: 'BootstrapVersion', OutputValue: bootstrapVersion }] }],
    }),
    iot: answering(new IoTClient(region), { endpointAddress: 'x-ats.iot.eu-central-1.amazonaws.com' }),
    timestream: answering(new TimestreamWriteClient(region), { Databases: [] }),
  });
};

describe('the doctor', () => {
  test('finds an account ready that has everything', async () => {
    const findings = await Promise.all(checks('21').map(({ run }) => run()));
    expect(findings.every(({ ok }) => ok)).toBe(true);
  });

  test('refuses a bootstrap that is too old', async () => {
    const bootstrap = checks('5').find(({ what }) => what === 'CDK bootstrap');
    expect(await bootstrap?.run()).toMatchObject({ ok: false, wayOut: 'npx cdk bootstrap' });
  });

  test('says that Timestream for LiveAnalytics is closed to new accounts', () => {
    const denied = Object.assign(
      new Error('Only existing Timestream for LiveAnalytics customers can access the service.'),
      {
        name: 'AccessDeniedException',
      },
    );
    expect(adviceFor('Timestream for LiveAnalytics', denied)).toMatchObject({
      ok: false,
      wayOut: expect.stringContaining('2025-06-20'),
    });
  });
});
