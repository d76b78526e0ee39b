import { expect } from '@jest/globals';
import { ulid } from 'ulid';
import { until } from '../until.ts';
import { type ApiAnswer, callApi } from './callApi.ts';
import { putValveType } from './commandDevice.ts';
import { newApplication } from './newApplication.ts';
import { openSystem } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

/** Ids are everybody's: each test makes its own. */
export const own = (name: string) => `${name}-${ulid()}`;

type Call = Omit<Parameters<typeof callApi>[1], 'as'>;
type Json = ApiAnswer['json'];

/** Milliseconds; a device that is not there has a minute to come. */
const patience = 250_000;

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0);

/** An application of its own, whose rooms and devices are commanded together. */
export async function openGroupPlant() {
  const system = await openSystem();
  const admin = await signIn(system, { platformAdmin: true });
  const { applicationId, member } = await newApplication(system, admin);
  await putValveType(system, admin, applicationId);
  const call = (request: Call, as: Person = admin) => callApi(system, { as, ...request });
  /** What must be taken, with this status. */
  const make = async (request: Call, status: number): Promise<Json> => {
    const answer = await call({ method: 'POST', ...request });
    expect(answer).toMatchObject({ status });
    return answer.json;
  };
  return {
    system,
    admin,
    applicationId,
    member,
    call,
    make,
    async newRoom(): Promise<string> {
      const roomId = own('hall');
      await make({ path: '/api/rooms', body: { roomId, applicationId, name: 'Hall' } }, 201);
      return roomId;
    },
    /** Devices that nobody has ever seen. */
    async register(rows: readonly object[]): Promise<void> {
      const path = `/api/devices/import?applicationId=${applicationId}`;
      expect(await make({ path, body: rows }, 200)).toMatchObject({ created: rows.length, refused: 0 });
    },
    /** Looks at a group command until it has ended; its counts add up at every look. */
    ended: (path: string): Promise<Json> =>
      until(
        'the end of the group command',
        async () => {
          const { json } = await call({ path });
          expect(sum(json.report.counts)).toBe(json.targets);
          return json.endedAt === undefined ? undefined : json;
        },
        patience,
      ),
  };
}
export type GroupPlant = Awaited<ReturnType<typeof openGroupPlant>>;
