import { GetThingShadowCommand, UpdateThingShadowCommand } from '@aws-sdk/client-iot-data-plane';
import * as z from 'zod';
import type { Sends } from '../platform/clients.ts';
import type { Tree } from './shadowTree.ts';

const tree = z.record(z.string(), z.unknown());
const sections = z.object({ desired: tree.optional(), reported: tree.optional(), delta: tree.optional() });
const shadowDocument = z.object({
  state: sections.default({}),
  metadata: sections.default({}),
  version: z.int().nonnegative(),
});
/** A shadow as AWS IoT keeps it (AWS IoT API Reference: "GetThingShadow"). Times in its metadata are epoch seconds. */
export type Shadow = z.infer<typeof shadowDocument>;

export interface ShadowId {
  readonly deviceId: string;
  readonly shadowName?: string | undefined;
}

const isNamed = (error: unknown, ...names: string[]) => error instanceof Error && names.includes(error.name);

/** Undefined when there is no such shadow. */
export const readShadow =
  ({ iotData }: { readonly iotData: Sends }) =>
  async ({ deviceId, shadowName }: ShadowId): Promise<Shadow | undefined> => {
    try {
      const { payload } = await iotData.send(new GetThingShadowCommand({ thingName: deviceId, shadowName }));
      return shadowDocument.parse(JSON.parse(Buffer.from(payload).toString()));
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  };

/** What an update is refused for: it is not the version that was demanded, the service does not take it, or it would be too large. */
export interface ShadowRefusal {
  readonly refused: 'version' | 'content' | 'size';
  readonly detail: string;
}

interface DesiredUpdate extends ShadowId {
  readonly desired: Tree;
  /** The shadow must be at this version. */
  readonly version?: number | undefined;
  /** Comes back with whatever the update causes. */
  readonly clientToken: string;
}

/** Changes what is desired. */
export const updateDesired =
  ({ iotData }: { readonly iotData: Sends }) =>
  async ({ deviceId, shadowName, desired, ...rest }: DesiredUpdate): Promise<ShadowRefusal | undefined> => {
    const payload = Buffer.from(JSON.stringify({ state: { desired }, ...rest }));
    try {
      await iotData.send(new UpdateThingShadowCommand({ thingName: deviceId, shadowName, payload }));
      return undefined;
    } catch (error) {
      const { message } = error as Error;
      if (isNamed(error, 'ConflictException')) return { refused: 'version', detail: message };
      if (isNamed(error, 'InvalidRequestException')) return { refused: 'content', detail: message };
      if (isNamed(error, 'RequestEntityTooLargeException')) return { refused: 'size', detail: message };
      throw error;
    }
  };
