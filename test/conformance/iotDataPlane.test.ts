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
      'a connection and its end are told, in the order of their version numbers',
      'Lifecycle events',
      async () => {
        const { thingName } = await device();
        await withWebSocket(iot, async ({ subscribe, next }) => {
          for (const event of ['connected', 'disconnected'])
            expect(await subscribe(`$aws/events/presence/${event}/${thingName}`)).toBe(1);
          await withDevice(iot, await device(), async () => {});
          const connected = await next(`$aws/events/presence/connected/${thingName}`);
          const disconnected = await next(`$aws/events/presence/disconnected/${thingName}`);
          expect(connected).toMatchObject({
            clientId: thingName,
            eventType: 'connected',
            versionNumber: expect.any(Number),
          });
          expect(disconnected).toMatchObject({
            clientId: thingName,
            eventType: 'disconnected',
            clientInitiatedDisconnect: true,
            disconnectReason: 'CLIENT_INITIATED_DISCONNECT',
            sessionIdentifier: connected['sessionIdentifier'],
          });
          expect(Number(disconnected['versionNumber'])).toBeGreaterThanOrEqual(Number(connected['versionNumber']));
        });
      },
    );

    /** What a rule makes of a message, which it republishes. */
    const throughRule = async (select: (source: string) => string, message: object, before?: object) => {
      const [source, target] = [await own('measured'), await own(uniqueName('judged'))];
      const ruleName = uniqueName('rule').replaceAll('-', '_');
      const republish = { roleArn: output('RuleRoleArn'), topic: target, qos: 1 };
      const topicRulePayload = { sql: select(source), awsIotSqlVersion: '2016-03-23', actions: [{ republish }] };
      await iot.send(new CreateTopicRuleCommand({ ruleName, topicRulePayload }));
      try {
        return await withDevice(iot, await device(), async ({ subscribe, publish, received }) => {
          await subscribe(target);
          // A new rule takes effect within minutes on AWS.
          const { payload } = await until(
            'the republished message',
            async () => {
              if (before !== undefined) await publish(source, before);
              await publish(source, message);
              return received[0];
            },
            60_000,
          );
          return JSON.parse(payload);
        });
      } finally {
        await iot.send(new DeleteTopicRuleCommand({ ruleName }));
      }
    };

    conforms('a rule computes what it republishes, of the messages that it is for', 'Republish', async () => {
      const made = await throughRule(
        (source) =>
          `SELECT celsius * 9 / 5 + 32 AS fahrenheit, topic(3) AS kind, CASE celsius > 30 WHEN true THEN 'hot' ELSE 'fine' END AS climate FROM '${source}' WHERE celsius > 0`,
        { celsius: 35 },
        { celsius: -5 },
      );
      expect(made).toEqual({ fahrenheit: 95, kind: 'measured', climate: 'hot' });
    });

    conforms('the functions of rule SQL give what the reference says', 'AWS IoT SQL reference: functions', async () => {
      const expressions: Readonly<Record<string, readonly [expression: string, value: unknown]>> = {
        upper: ['upper(name)', 'BOILER'],
        joined: ["concat(name, '-', 7)", 'boiler-7'],
        cut: ['substring(name, 1, 3)', 'oi'],
        replaced: ["regexp_replace(name, 'o.', '0')", 'b0ler'],
        matches: ["regexp_matches(name, '^b.*r$')", true],
        begins: ["startswith(name, 'boil') AND endswith(name, 'er')", true],
        decimal: ["cast('12.5' AS Decimal) + 1", 13.5],
        remainder: ['mod(7, 3)', 1],
        rounded: ['ceil(1.2) + floor(-1.2)', 0],
        bits: ['bitand(13, 7)', 5],
        encoded: ["encode(name, 'base64')", 'Ym9pbGVy'],
        hash: ['md5(name)', '7ee1f25eb118cf7b01880c34436ca39e'],
        nested: ["get(get(readings, 1), 'celsius')", 8],
        some: ['(SELECT VALUE celsius FROM readings WHERE celsius > 5)', [8, 9]],
        day: ["parse_time('yyyy-MM-dd', 0, 'UTC')", '1970-01-01'],
        epoch: ["time_to_epoch('2016-03-23 00:00:00', 'yyyy-MM-dd HH:mm:ss')", 1458691200000],
        missing: ['isUndefined(nothing)', true],
      };
      const columns = Object.entries(expressions).map(([name, [expression]]) => `${expression} AS ${name}`);
      const made = await throughRule((source) => `SELECT ${columns.join(', ')} FROM '${source}'`, {
        name: 'boiler',
        readings: [{ celsius: 3 }, { celsius: 8 }, { celsius: 9 }],
      });
      expect(made).toEqual(Object.fromEntries(Object.entries(expressions).map(([name, [, value]]) => [name, value])));
    });

    conforms('a deactivated certificate does not connect', 'Activate or deactivate a client certificate', async () => {
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
    });
  },
);
