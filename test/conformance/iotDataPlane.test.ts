import {
  CreateTopicRuleCommand,
  DeleteTopicRuleCommand,
  DescribeEndpointCommand,
  IoTClient,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { GetRetainedMessageCommand, IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { expect } from '@jest/globals';
import { mqtt } from 'aws-iot-device-sdk-v2';
import { until } from '../until.ts';
import { group } from './conforms.ts';
import { registerDevice, unregisterDevice, withDevice, withWebSocket } from './mqttDevice.ts';
import { connect, output, uniqueName } from './target.ts';

const iot = connect(IoTClient);
const data = connect(IoTDataPlaneClient);

group(
  'IoT data plane',
  () => iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' })),
  ({ conforms, resource }) => {
    const device = resource(
      () => registerDevice(iot),
      (registered) => unregisterDevice(iot, registered),
    );
    /** Topic of the device's own, which its policy allows. */
    const own = async (topic: string) => `conformance/${(await device()).thingName}/${topic}`;

    conforms('the API tells the device endpoint', 'DescribeEndpoint', async () => {
      const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
      expect(endpointAddress).toMatch(/^[\w.-]+(:\d+)?$/);
    });

    conforms('what is published over HTTPS comes to a subscriber', 'Publish', async () => {
      const topic = await own('commands');
      await withDevice(iot, await device(), async ({ subscribe, next }) => {
        expect(await subscribe(topic)).toBe(1);
        await data.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from('{"open":true}') }));
        expect(await next(topic)).toEqual({ open: true });
      });
    });

    conforms('a subscription to what the policy leaves out is refused', 'AWS IoT Core policies', async () => {
      await withDevice(iot, await device(), async ({ subscribe }) => {
        expect(await subscribe('conformance/other/commands')).toBe(128);
      });
    });

    conforms('a publish to what the policy leaves out ends the connection', 'AWS IoT Core policies', async () => {
      await withDevice(iot, await device(), async ({ publish, interruptions }) => {
        void publish('conformance/other/data', {}, { qos: mqtt.QoS.AtMostOnce }).catch(() => {});
        await until('the interruption', () => interruptions() > 0, 10_000);
      });
    });

    conforms('a client id that the policy leaves out does not connect', 'AWS IoT Core policies', async () => {
      await withDevice(iot, await device(), async () => {});
      const connecting = withDevice(iot, await device(), async () => {}, { clientId: uniqueName('somebody') });
      await expect(connecting).rejects.toBeDefined();
    });

    conforms('a retained message comes to who subscribes later, and by the API', 'MQTT retained messages', async () => {
      const topic = await own('last');
      await withDevice(iot, await device(), async ({ publish, subscribe, next }) => {
        await publish(topic, { level: 3 }, { retain: true });
        await subscribe(topic);
        expect(await next(topic)).toEqual({ level: 3 });
        const { payload, qos } = await data.send(new GetRetainedMessageCommand({ topic }));
        expect(JSON.parse(Buffer.from(payload ?? []).toString())).toEqual({ level: 3 });
        expect(qos).toBe(1);
        await publish(topic, '', { retain: true });
      });
      await until('the removal', async () => {
        const asked = data.send(new GetRetainedMessageCommand({ topic }));
        return asked.then(
          () => false,
          (error: Error) => error.name === 'ResourceNotFoundException',
        );
      });
    });

    conforms(
      'MQTT over WebSocket takes a signature instead of a certificate',
      'Device communication protocols',
      async () => {
        const topic = await own('browser');
        await withWebSocket(iot, async ({ subscribe, publish, next }) => {
          await subscribe(topic);
          await publish(topic, { from: 'browser' });
          expect(await next(topic)).toEqual({ from: 'browser' });
        });
      },
    );

    conforms(
      'a rule computes what it republishes',
      'Republish',
      async () => {
        const [source, target] = [await own('measured'), await own('judged')];
        const ruleName = uniqueName('rule').replaceAll('-', '_');
        const sql = `SELECT celsius * 9 / 5 + 32 AS fahrenheit, topic(3) AS kind, CASE celsius > 30 WHEN true THEN 'hot' ELSE 'fine' END AS climate FROM '${source}' WHERE celsius > 0`;
        const republish = { roleArn: output('RuleRoleArn'), topic: target, qos: 1 };
        await iot.send(
          new CreateTopicRuleCommand({
            ruleName,
            topicRulePayload: { sql, awsIotSqlVersion: '2016-03-23', actions: [{ republish }] },
          }),
        );
        try {
          await withDevice(iot, await device(), async ({ subscribe, publish, received }) => {
            await subscribe(target);
            // A new rule takes effect within minutes on AWS.
            const message = await until(
              'the republished message',
              async () => {
                await publish(source, { celsius: -5 });
                await publish(source, { celsius: 35 });
                return received[0];
              },
              60_000,
            );
            expect(JSON.parse(message.payload)).toEqual({ fahrenheit: 95, kind: 'measured', climate: 'hot' });
          });
        } finally {
          await iot.send(new DeleteTopicRuleCommand({ ruleName }));
        }
      },
      90_000,
    );

    conforms(
      'a deactivated certificate does not connect',
      'Activate or deactivate a client certificate',
      async () => {
        const other = await registerDevice(iot);
        try {
          await withDevice(iot, other, async () => {});
          await iot.send(new UpdateCertificateCommand({ certificateId: other.certificateId, newStatus: 'INACTIVE' }));
          await until(
            'the refusal',
            () =>
              withDevice(iot, other, async () => {}).then(
                () => false,
                () => true,
              ),
            60_000,
          );
        } finally {
          await unregisterDevice(iot, other);
        }
      },
      90_000,
    );
  },
);
