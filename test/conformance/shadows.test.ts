import { IoTClient } from '@aws-sdk/client-iot';
import {
  DeleteThingShadowCommand,
  GetThingShadowCommand,
  IoTDataPlaneClient,
  ListNamedShadowsForThingCommand,
  UpdateThingShadowCommand,
} from '@aws-sdk/client-iot-data-plane';
import { expect } from '@jest/globals';
import { group } from './conforms.ts';
import { registerDevice, unregisterDevice, withDevice } from './mqttDevice.ts';
import { connect, uniqueName } from './target.ts';

const iot = connect(IoTClient);
const data = connect(IoTDataPlaneClient);
const json = (payload: Uint8Array | undefined) => JSON.parse(Buffer.from(payload ?? []).toString());

group(
  'Shadows',
  () => data.send(new ListNamedShadowsForThingCommand({ thingName: uniqueName('none') })),
  ({ conforms, resource }) => {
    const device = resource(
      () => registerDevice(iot),
      (registered) => unregisterDevice(iot, registered),
    );
    const update = async (shadowName: string | undefined, document: object) =>
      json(
        (
          await data.send(
            new UpdateThingShadowCommand({
              thingName: (await device()).thingName,
              shadowName,
              payload: Buffer.from(JSON.stringify(document)),
            }),
          )
        ).payload,
      );
    const get = async (shadowName?: string) =>
      json((await data.send(new GetThingShadowCommand({ thingName: (await device()).thingName, shadowName }))).payload);
    const remove = async (shadowName?: string) =>
      data.send(new DeleteThingShadowCommand({ thingName: (await device()).thingName, shadowName }));

    conforms(
      'desired and reported are merged; their difference is the delta',
      'Device Shadow service documents',
      async () => {
        const name = uniqueName('merged');
        await update(name, {
          state: { desired: { light: { on: true, level: 5 } }, reported: { light: { on: false } } },
        });
        await update(name, { state: { reported: { light: { level: 5 } } } });
        const document = await get(name);
        expect(document.state).toEqual({
          desired: { light: { on: true, level: 5 } },
          reported: { light: { on: false, level: 5 } },
          delta: { light: { on: true } },
        });
        expect(document.version).toBe(2);
        expect(document.metadata.reported.light.level.timestamp).toEqual(expect.any(Number));
        await remove(name);
      },
    );

    conforms('null removes a key', 'Device Shadow service documents', async () => {
      const name = uniqueName('removed');
      await update(name, { state: { reported: { a: 1, b: 2 } } });
      await update(name, { state: { reported: { a: null } } });
      expect((await get(name)).state).toEqual({ reported: { b: 2 } });
      await remove(name);
    });

    conforms('an update of another version is a conflict', 'Device Shadow error messages', async () => {
      const name = uniqueName('versions');
      await update(name, { state: { reported: { a: 1 } } });
      await expect(update(name, { state: { reported: { a: 2 } }, version: 7 })).rejects.toMatchObject({
        name: 'ConflictException',
        $metadata: { httpStatusCode: 409 },
      });
      await remove(name);
    });

    conforms('a document that is no shadow is refused', 'Device Shadow error messages', async () => {
      await expect(update(uniqueName('bad'), { temperature: 1 })).rejects.toMatchObject({
        name: 'InvalidRequestException',
        $metadata: { httpStatusCode: 400 },
      });
    });

    conforms('a document above 8 KB is too large', 'AWS IoT Device Shadow service limits and quotas', async () => {
      const large = { state: { reported: { text: 'x'.repeat(9_000) } } };
      await expect(update(uniqueName('large'), large)).rejects.toMatchObject({ $metadata: { httpStatusCode: 413 } });
    });

    conforms('a shadow that is not there is ResourceNotFoundException', 'GetThingShadow', async () => {
      await expect(get(uniqueName('none'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    });

    conforms('named shadows are listed', 'ListNamedShadowsForThing', async () => {
      const name = uniqueName('listed');
      await update(name, { state: { reported: { a: 1 } } });
      const { results } = await data.send(
        new ListNamedShadowsForThingCommand({ thingName: (await device()).thingName }),
      );
      expect(results).toContain(name);
      await remove(name);
    });

    conforms('a deleted shadow goes on counting its version', 'DeleteThingShadow', async () => {
      const name = uniqueName('again');
      await update(name, { state: { reported: { a: 1 } } });
      await remove(name);
      expect((await update(name, { state: { reported: { a: 1 } } })).version).toBe(2);
      await remove(name);
    });

    conforms(
      'a device hears the delta of a desired state, and reports by MQTT',
      'Device Shadow MQTT topics',
      async () => {
        const { thingName } = await device();
        const topic = `$aws/things/${thingName}/shadow`;
        await withDevice(iot, await device(), async ({ subscribe, publish, next }) => {
          for (const answer of ['update/delta', 'update/accepted', 'update/rejected', 'get/accepted'])
            expect(await subscribe(`${topic}/${answer}`)).toBe(1);
          await update(undefined, { state: { desired: { valve: 'open' } } });
          expect(await next(`${topic}/update/delta`)).toMatchObject({ state: { valve: 'open' } });
          await next(`${topic}/update/accepted`);
          await publish(`${topic}/update`, { state: { reported: { valve: 'open' } }, clientToken: 'mine' });
          expect(await next(`${topic}/update/accepted`)).toMatchObject({
            clientToken: 'mine',
            state: { reported: { valve: 'open' } },
          });
          await publish(`${topic}/get`, '');
          const document = await next(`${topic}/get/accepted`);
          expect(document['state']).toEqual({ desired: { valve: 'open' }, reported: { valve: 'open' } });
          await publish(`${topic}/update`, '{"no json', {});
          expect(await next(`${topic}/update/rejected`)).toMatchObject({ code: 400 });
        });
        await remove();
      },
    );
  },
);
