import '../platform/silent.ts';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Flow, healthHandlers } from '../../../functions/health/flows.ts';
import type { healthOperations } from '../../../functions/health/operations.ts';
import type { Request } from '../../../functions/platform/http/httpApi.ts';

const health = (flows: readonly Flow[]) =>
  healthHandlers(flows).getHealth({} as Request<(typeof healthOperations)['getHealth']>);
const well = { name: 'ingestion', ask: async () => ({}) };
const ill = {
  name: 'raw',
  ask: async () => {
    throw new Error('AccessDenied: arn:aws:s3:::secret-bucket');
  },
};

afterEach(() => {
  jest.useRealTimers();
});

describe('health', () => {
  test('is a 200 when every flow answers, with its latency and when it was asked', async () => {
    const { status, body } = await health([well]);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'healthy',
        flows: [
          {
            name: 'ingestion',
            status: 'healthy',
            latency: expect.any(Number),
            lastCheck: expect.stringMatching(/^\d{4}-.*Z$/),
          },
        ],
      },
    });
  });

  test('is a 503 when one does not, which is named, and the others are asked all the same', async () => {
    const { status, body } = await health([ill, well]);
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'unhealthy',
      flows: [
        { name: 'raw', status: 'unhealthy' },
        { name: 'ingestion', status: 'healthy' },
      ],
    });
  });

  test('says nothing of why to the outside', async () => {
    expect(JSON.stringify(await health([ill]))).not.toContain('secret');
  });

  test('does not wait longer than three seconds for a flow', async () => {
    jest.useFakeTimers();
    const answer = health([{ name: 'live', ask: () => new Promise(() => {}) }]);
    await jest.advanceTimersByTimeAsync(3000);
    expect(await answer).toMatchObject({ status: 503, body: { flows: [{ status: 'unhealthy', latency: 3000 }] } });
  });

  test('a flow that throws at once is no fault of the others', async () => {
    const hasty = {
      name: 'hasty',
      ask: () => {
        throw new Error('no client');
      },
    };
    expect(await health([hasty, well])).toMatchObject({ status: 503 });
  });
});
