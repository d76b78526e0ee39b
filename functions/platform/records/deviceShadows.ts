import { DeleteThingShadowCommand, ListNamedShadowsForThingCommand } from '@aws-sdk/client-iot-data-plane';
import type { Sends } from '../clients.ts';

interface IotData {
  readonly iotData: Sends;
}

const isAbsent = (error: unknown) => error instanceof Error && error.name === 'ResourceNotFoundException';

/** Names of a thing's named shadows, in their order. */
export const listShadowNames =
  ({ iotData }: IotData) =>
  async (thingName: string): Promise<string[]> => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const { results = [], nextToken: next } = await iotData
        .send(new ListNamedShadowsForThingCommand({ thingName, nextToken, pageSize: 100 }))
        .catch((error: unknown) => {
          // Of a thing that is not there.
          if (isAbsent(error)) return {};
          throw error;
        });
      names.push(...results);
      nextToken = next;
    } while (nextToken !== undefined);
    return names;
  };

/** Deletes all shadows of a thing. Repeating it does no harm. */
export const deleteShadows =
  ({ iotData }: IotData) =>
  async (thingName: string): Promise<void> => {
    for (const shadowName of [undefined, ...(await listShadowNames({ iotData })(thingName))])
      await iotData.send(new DeleteThingShadowCommand({ thingName, shadowName })).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
  };
