import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ShownCommand } from '../../functions/commands/command.ts';
import { isFinal } from '../../functions/commands/lifecycle.ts';
import { responseTopic } from '../../functions/commands/protocol.ts';
import type { Event } from '../../functions/model/event.ts';
import { until } from '../until.ts';
import { type ApiAnswer, callApi } from './callApi.ts';
import { acknowledgeOnly, type CommandDevice, ignore, newCommandDevice, obey, putValveType } from './commandDevice.ts';
import { newApplication } from './newApplication.ts';
import { newDeviceId } from './newDevice.ts';
import { openLive, subscribeGone } from './openLive.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';
import { takeReason } from './takeReason.ts';

let system: SystemUnderTest;
let admin: Person;
let applicationId: string;
const devices: CommandDevice[] = [];

beforeAll(async () => {
  system = await openSystem();
  admin = await signIn(system, { platformAdmin: true });
  ({ applicationId } = await newApplication(system, admin));
  await putValveType(system, admin, applicationId);
});

afterEach(async () => {
  await Promise.all(devices.splice(0).map((device) => device.disconnect()));
});

async function aDevice(): Promise<CommandDevice> {
  const device = await newCommandDevice(system, admin, applicationId);
  devices.push(device);
  return device;
}

const commandsPath = (deviceId: string) => `/api/devices/${deviceId}/commands`;

const post = (deviceId: string, body: object, { query = '', headers = {} } = {}): Promise<ApiAnswer> =>
  callApi(system, { method: 'POST', path: `${commandsPath(deviceId)}${query}`, body, headers, as: admin });

async function give(deviceId: string, body: object = {}, query = ''): Promise<ShownCommand> {
  const { status, json, text } = await post(
    deviceId,
    { name: 'open', parameters: { percent: 50 }, ...body },
    { query },
  );
  if (status !== 201) throw new Error(text);
  return json;
}

const read = async ({ deviceId, commandId }: Pick<ShownCommand, 'deviceId' | 'commandId'>): Promise<ShownCommand> =>
  (await callApi(system, { path: `${commandsPath(deviceId)}/${commandId}`, as: admin })).json;

const reached = (command: ShownCommand, state: ShownCommand['state']): Promise<ShownCommand> =>
  until(`${state} of ${command.name}`, async () => {
    const now = await read(command);
    if (now.state === state) return now;
    if (isFinal(now.state)) throw new Error(`it is ${now.state}`);
    return undefined;
  });

const cancel = ({ deviceId, commandId }: ShownCommand): Promise<ApiAnswer> =>
  callApi(system, { method: 'POST', path: `${commandsPath(deviceId)}/${commandId}/cancel`, as: admin });

const eventsOf = async (deviceId: string): Promise<Event[]> =>
  (await callApi(system, { path: `/api/devices/${deviceId}/events?type=device.commandEnded`, as: admin })).json.items;

describe('the life of a command', () => {
  test('is sent as it is given where the device listens and has nothing else to do, and waits otherwise', async () => {
    const device = await aDevice();
    const { deviceId } = device;
    expect(await give(deviceId)).toMatchObject({ state: 'queued' });
    await device.connect(acknowledgeOnly);
    const first = await until('the one that waited', () => device.attempts()[0]);
    const behind = await give(deviceId);
    expect(behind).toMatchObject({ state: 'queued' });
    await device.respond(first, { status: 'succeeded' });
    const second = await until('the one behind it', () => device.attempts()[1]);
    await device.respond(second, { status: 'succeeded' });
    await reached(behind, 'succeeded');
    expect(await give(deviceId)).toMatchObject({ state: 'sent', version: 1 });
    await until('the one that did not wait', () => device.attempts()[2]);
    expect(await give(deviceId)).toMatchObject({ state: 'queued' });
  });

  test('is told to nobody whose connection is gone, whose subscription its answer ends', async () => {
    const device = await aDevice();
    const channel = `device:${device.deviceId}`;
    const live = await openLive(system);
    await live.ask({ action: 'subscribe', channels: [channel] });
    await device.connect(ignore);
    await until('the presence of the device', () => live.changes.find(({ kind }) => kind === 'presence'));
    await give(device.deviceId);
    const attempt = await until('the command', () => device.attempts()[0]);
    const isThere = await subscribeGone(system, channel);
    await device.respond(attempt, { status: 'succeeded' });
    await until('the end of the subscription', async () => !(await isThere()));
    await live.close();
  });

  test('from the request to the result, with everybody told, and written down', async () => {
    const device = await aDevice();
    const { deviceId } = device;
    const live = await openLive(system);
    await live.ask({ action: 'subscribe', channels: [`device:${deviceId}`] });
    await device.connect(({ parameters }) => [
      { status: 'acknowledged' },
      { status: 'progress', percent: 50, message: 'half open' },
      { status: 'succeeded', result: { opened: parameters['percent'] } },
    ]);
    const given = await give(deviceId, { parameters: { percent: 80, mode: 'slow' } });
    expect(given).toMatchObject({
      deviceId,
      applicationId,
      name: 'open',
      parameters: { percent: 80, mode: 'slow' },
      priority: 5,
      timeoutSeconds: 30,
      requestedBy: `user:${admin.userId}`,
    });
    expect(Date.parse(given.expiresAt) - Date.parse(given.createdAt)).toBe(3_600_000);
    const ended = await reached(given, 'succeeded');
    expect(ended).toMatchObject({ result: { opened: 80 } });
    expect(device.attempts()).toEqual([
      {
        commandId: given.commandId,
        attemptId: ended.attemptId,
        name: 'open',
        parameters: { percent: 80, mode: 'slow' },
        issuedAt: ended.sentAt,
        deadline: new Date(Date.parse(ended.sentAt ?? '') + 30_000).toISOString(),
      },
    ]);
    const times = [ended.createdAt, ended.sentAt, ended.acknowledgedAt, ended.endedAt];
    expect(times).toEqual([...times].sort());
    expect(times).not.toContain(undefined);

    // In whatever order: each is told beside what goes on meanwhile. Of what is sent and answered at once they hear the answers alone.
    const told = await until('the live changes from the first answer to the last', () => {
      const mine = live.changes.filter(({ kind }) => kind === 'command');
      const states = mine.map(({ data }) => `${data['version']} ${data['state']}`);
      const wanted = ['3 acknowledged', `${ended.version} succeeded`];
      return wanted.every((state) => states.includes(state)) ? mine : undefined;
    });
    for (const change of told)
      expect(change).toMatchObject({
        deviceId,
        applicationId,
        channels: expect.arrayContaining([`device:${deviceId}`]),
      });
    await live.close();

    expect(await eventsOf(deviceId)).toMatchObject([
      { actor: `device:${deviceId}`, data: { commandId: given.commandId, name: 'open', state: 'succeeded' } },
    ]);
    const audit = await callApi(system, {
      path: `/api/applications/${applicationId}/audit?entity=device:${deviceId}`,
      as: admin,
    });
    expect(audit.json.items[0]).toMatchObject({
      operation: 'createCommand',
      actor: `user:${admin.userId}`,
      changes: { command: { to: { commandId: given.commandId, name: 'open' } } },
    });
  });

  test.each(['failed', 'rejected'] as const)('%s by its device, with the reason', async (status) => {
    const device = await aDevice();
    await device.connect(() => [{ status, reason: 'the valve is stuck' }]);
    expect(await reached(await give(device.deviceId), status)).toMatchObject({ reason: 'the valve is stuck' });
  });

  test('of one that waits, and of one that is not answered, those who watch hear after a moment', async () => {
    const device = await aDevice();
    const live = await openLive(system);
    await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    const { commandId } = await give(device.deviceId);
    const told = (state: string) =>
      until(`the live change to ${state}`, () =>
        live.changes.some(({ data }) => data['commandId'] === commandId && data['state'] === state),
      );
    await told('queued');
    await device.connect(ignore);
    await told('sent');
    await live.close();
  });

  test('is not heard of by who signed out meanwhile: the first answer ends the connection', async () => {
    const device = await aDevice();
    const subscription = { action: 'subscribe', channels: [`device:${device.deviceId}`] };
    const witness = await openLive(system);
    await witness.ask(subscription);
    await device.connect();
    // What is told by way of the live queue would end the connection, too.
    await until('the device is online', () => witness.changes.some(({ kind }) => kind === 'presence'));
    await witness.close();
    const watcher = await signIn(system, { platformAdmin: true });
    const { json: session } = await callApi(system, {
      method: 'POST',
      path: '/api/auth/login',
      body: { email: watcher.email, password: watcher.password },
    });
    const live = await openLive(system, session);
    await live.ask(subscription);
    const { refreshToken } = session;
    await callApi(system, { method: 'POST', path: '/api/auth/logout', body: { refreshToken }, as: session });
    await reached(await give(device.deviceId), 'succeeded');
    await live.closed;
    expect(live.changes.filter(({ kind }) => kind === 'command')).toEqual([]);
  });

  test('is heard of by more than who takes the answer would tell himself', async () => {
    const device = await aDevice();
    await device.connect();
    const many = await Promise.all(Array.from({ length: 17 }, () => openLive(system)));
    for (const live of many) await live.ask({ action: 'subscribe', channels: [`device:${device.deviceId}`] });
    const { commandId } = await give(device.deviceId);
    await until('the end, on every connection', () =>
      many.every(({ changes }) =>
        changes.some(({ data }) => data['commandId'] === commandId && data['state'] === 'succeeded'),
      ),
    );
    await Promise.all(many.map((live) => live.close()));
  });

  test('waited for in the request', async () => {
    const device = await aDevice();
    await device.connect();
    expect(await give(device.deviceId, { name: 'close', parameters: {} }, '?wait=20s')).toMatchObject({
      state: 'succeeded',
    });
  });

  test('is answered as it is when the wait is over', async () => {
    const device = await aDevice();
    const began = Date.now();
    expect(await give(device.deviceId, {}, '?wait=1s')).toMatchObject({ state: 'queued' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
  });

  test('is one with an Idempotency-Key, however often it is asked for', async () => {
    const device = await aDevice();
    const ask = (percent: number) =>
      post(
        device.deviceId,
        { name: 'open', parameters: { percent } },
        { headers: { 'idempotency-key': device.deviceId } },
      );
    const first = await ask(10);
    expect(first.status).toBe(201);
    expect((await ask(10)).json).toEqual(first.json);
    expect((await ask(20)).status).toBe(422);
    const { json } = await callApi(system, { path: commandsPath(device.deviceId), as: admin });
    expect(json.items).toHaveLength(1);
  });
});

describe('a device that is not there', () => {
  test('gets what waited when it connects: by priority, then in the order in which it was given', async () => {
    const device = await aDevice();
    const given: ShownCommand[] = [];
    for (const [percent, priority] of [
      [1, 5],
      [2, 5],
      [3, 9],
      [4, 0],
    ])
      given.push(await give(device.deviceId, { parameters: { percent }, priority }));
    expect(device.received).toEqual([]);
    await device.connect();
    for (const command of given) await reached(command, 'succeeded');
    expect(device.attempts().map(({ parameters }) => parameters['percent'])).toEqual([3, 1, 2, 4]);
  });

  test('never gets what expired meanwhile', async () => {
    const device = await aDevice();
    const short = await give(device.deviceId, { expiresIn: 1 });
    const long = await give(device.deviceId, { name: 'close', parameters: {} });
    expect(await reached(short, 'expired')).toMatchObject({ reason: expect.stringContaining('could not be sent') });
    await device.connect();
    await reached(long, 'succeeded');
    expect(device.attempts().map(({ name }) => name)).toEqual(['close']);
    expect(await eventsOf(device.deviceId)).toContainEqual(
      expect.objectContaining({ actor: 'system', data: expect.objectContaining({ state: 'expired' }) }),
    );
  });

  test('is told again, by the same attempt, when it connects after it was sent', async () => {
    const device = await aDevice();
    await device.connect(ignore);
    const command = await give(device.deviceId);
    await until('the command', () => device.received.length > 0);
    await device.disconnect();
    await device.connect(obey);
    // What it carried out it says again; it had said nothing, so the test does.
    await until('the command again', () => device.received.length > 1);
    const [first, second] = device.received;
    expect(second).toEqual(first);
    await device.respond(command.attemptId === undefined ? (second as never) : (command as never), {
      status: 'succeeded',
    });
    await reached(command, 'succeeded');
  });
});

describe('a device gets one command at a time', () => {
  test('the next when the one before has ended', async () => {
    const device = await aDevice();
    await device.connect(acknowledgeOnly);
    const first = await give(device.deviceId);
    await reached(first, 'acknowledged');
    const second = await give(device.deviceId, { priority: 9 });
    const third = await give(device.deviceId, { name: 'close', parameters: {} });
    expect(await read(second)).toMatchObject({ state: 'queued' });
    expect(device.attempts()).toHaveLength(1);
    await device.respond(device.attempts()[0] as never, { status: 'succeeded' });
    await reached(second, 'acknowledged');
    expect(await read(third)).toMatchObject({ state: 'queued' });
  });

  test('the next when the one before timed out', async () => {
    const device = await aDevice();
    await device.connect(acknowledgeOnly);
    const first = await give(device.deviceId, { timeout: 1 });
    const second = await give(device.deviceId);
    expect(await reached(first, 'timed-out')).toMatchObject({ reason: expect.stringContaining('began') });
    await reached(second, 'acknowledged');
    // An answer that comes too late changes nothing.
    await device.respond(device.attempts()[0] as never, { status: 'succeeded' });
    await device.respond(device.attempts()[1] as never, { status: 'succeeded' });
    await reached(second, 'succeeded');
    expect(await read(first)).toMatchObject({ state: 'timed-out' });
  });
});

describe('a command is taken back', () => {
  test('while it waits, or the device said nothing; once is as good as twice', async () => {
    const device = await aDevice();
    const waiting = await give(device.deviceId);
    expect(await cancel(waiting)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    expect(await cancel(waiting)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    await device.connect(ignore);
    const sent = await give(device.deviceId);
    await until('the command', () => device.received.length > 0);
    expect(await cancel(sent)).toMatchObject({ status: 200, json: { state: 'cancelled' } });
    // The mailbox goes on.
    await reached(await give(device.deviceId), 'sent');
    expect(device.received[0]).toMatchObject({ commandId: sent.commandId });
    expect(await eventsOf(device.deviceId)).toHaveLength(2);
  });

  test('not when the device has begun, or it has ended: 409 with its state', async () => {
    const device = await aDevice();
    await device.connect(acknowledgeOnly);
    const command = await give(device.deviceId);
    await reached(command, 'acknowledged');
    expect(await cancel(command)).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining('acknowledged') },
    });
    await device.respond(device.attempts()[0] as never, { status: 'failed', reason: 'no water' });
    await reached(command, 'failed');
    expect(await cancel(command)).toMatchObject({ status: 409, json: { detail: expect.stringContaining('failed') } });
  });

  test('not when there is none of that id', async () => {
    const device = await aDevice();
    expect(await cancel({ deviceId: device.deviceId, commandId: 'none' } as ShownCommand)).toMatchObject({
      status: 404,
    });
  });
});

describe('answers that change nothing', () => {
  test('the second end, another attempt, and what comes from another device', async () => {
    const [device, other] = [await aDevice(), await aDevice()];
    await device.connect(acknowledgeOnly);
    await other.connect(ignore);
    const command = await give(device.deviceId);
    await reached(command, 'acknowledged');
    const [message] = device.received;
    if (message === undefined) throw new Error('no message');
    await other.respond(message, { status: 'failed' });
    await device.respond({ ...message, attemptId: 'another' }, { status: 'failed' });
    await expect(
      other.publish(responseTopic(device.deviceId), JSON.stringify({ ...message, status: 'failed' })),
    ).rejects.toThrow();
    await device.respond(
      message,
      { status: 'succeeded', result: 1 },
      { status: 'succeeded', result: 2 },
      { status: 'failed' },
    );
    await reached(command, 'succeeded');
    const next = await give(device.deviceId);
    await reached(next, 'acknowledged');
    expect(await read(command)).toMatchObject({ state: 'succeeded', result: 1 });
    expect(await eventsOf(device.deviceId)).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'opened!'],
    ['no status', '{"commandId":"a","attemptId":"b"}'],
    [
      'a result that can not be kept',
      JSON.stringify({ commandId: 'a', attemptId: 'b', status: 'succeeded', result: 'x'.repeat(20_000) }),
    ],
  ])('%s goes to the dead letters, with the reason', async (_, payload) => {
    const device = await aDevice();
    await device.connect();
    await device.publish(responseTopic(device.deviceId), payload);
    expect(await takeReason(system, device.deviceId)).toMatch(/not JSON|status|at most 16 KB/);
  });
});

describe('a command is refused', () => {
  test.each([
    [{ name: 'explode' }, /no action 'explode'\. It has open, close\./, undefined],
    [{ name: 'open' }, /percent: is required/, '/parameters/percent'],
    [{ name: 'open', parameters: { percent: 101 } }, /must be <= 100 %/, '/parameters/percent'],
    [{ name: 'open', parameters: { percent: 'all' } }, /must be number/, '/parameters/percent'],
    [{ name: 'open', parameters: { percent: 1, mood: 1 } }, /is not a parameter/, '/parameters/mood'],
    [
      { name: 'open', parameters: { percent: 1, mode: 'brisk' } },
      /must be one of \["slow","fast"\]/,
      '/parameters/mode',
    ],
    [
      { name: 'open', parameters: { percent: 1, until: { value: 20, unit: 'kg' } } },
      /converted to Cel/,
      '/parameters/until/unit',
    ],
    [{ name: 'close', parameters: { hard: true } }, /takes no parameters/, '/parameters/hard'],
  ])('whose parameters the action does not take: %j', async (body, detail, field) => {
    const device = await aDevice();
    const { status, json } = await post(device.deviceId, body);
    expect({ status, detail: json.detail }).toEqual({ status: 422, detail: expect.stringMatching(detail) });
    expect(json.errors?.map((error: { field: string }) => error.field)).toEqual(field && [field]);
  });

  test('a quantity comes in the unit of the action, whatever unit it was given in', async () => {
    const device = await aDevice();
    const parameters = { percent: 1, until: { value: 68, unit: '[degF]' }, flow: { value: 1, unit: 'L/s' } };
    expect(await give(device.deviceId, { parameters })).toMatchObject({
      parameters: { percent: 1, until: 20, flow: 60 },
    });
  });

  test('for a device without a type', async () => {
    const deviceId = newDeviceId();
    await callApi(system, { method: 'POST', path: '/api/devices', body: { deviceId, applicationId }, as: admin });
    expect(await post(deviceId, { name: 'open' })).toMatchObject({
      status: 422,
      json: { detail: expect.stringContaining('no device type') },
    });
  });

  test('for a device that is disabled', async () => {
    const device = await aDevice();
    const body = { status: 'disabled' };
    await callApi(system, { method: 'PATCH', path: `/api/devices/${device.deviceId}`, body, as: admin });
    expect(await post(device.deviceId, { name: 'close' })).toMatchObject({ status: 409 });
  });

  test.each([
    [{ name: 'close', priority: 10 }, '', '/priority'],
    [{ name: 'close', expiresIn: 8 * 86_400 }, '', '/expiresIn'],
    [{ name: 'close', timeout: 0 }, '', '/timeout'],
    [{ name: 'close' }, '?wait=26s', 'wait'],
  ])('%j%s', async (body, query, field) => {
    const device = await aDevice();
    expect(await post(device.deviceId, body, { query })).toMatchObject({ status: 400, json: { errors: [{ field }] } });
  });
});

test('commands of a device are listed newest first, in pages, and by state', async () => {
  const device = await aDevice();
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.unshift((await give(device.deviceId)).commandId);
  const list = async (query: string) =>
    (await callApi(system, { path: `${commandsPath(device.deviceId)}?${query}`, as: admin })).json;
  const first = await list('limit=3');
  const second = await list(`limit=3&next=${first.next}`);
  const idsOf = (page: { items: ShownCommand[] }) => page.items.map(({ commandId }) => commandId);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  expect(second.next).toBeUndefined();
  await cancel({ deviceId: device.deviceId, commandId: ids[2] } as ShownCommand);
  expect(idsOf(await list('state=cancelled'))).toEqual([ids[2]]);
  expect(idsOf(await list('state=queued'))).toHaveLength(4);
});

test('a command is forgotten a while after its end, and not before', async () => {
  const device = await aDevice();
  const command = await give(device.deviceId);
  const item = async () =>
    (
      await system.db.send(
        new GetCommand({
          TableName: system.output('Commands', 'CommandsTableName'),
          Key: { deviceId: device.deviceId, commandId: command.commandId },
        }),
      )
    ).Item;
  expect(await item()).not.toHaveProperty('forgottenAt');
  await cancel(command);
  expect((await item())?.['forgottenAt']).toBeGreaterThan(Date.now() / 1000 + 80 * 86_400);
});

test('what somebody else wrote among the commands, and is none, goes to the dead letters and holds nobody up', async () => {
  const deviceId = newDeviceId();
  const TableName = system.output('Commands', 'CommandsTableName');
  const Key = { deviceId, commandId: 'none' };
  await system.db.send(new PutCommand({ TableName, Item: { ...Key, state: 'unheard of' } }));
  expect(await takeReason(system, deviceId)).toMatch(/state/);
  await system.db.send(new DeleteCommand({ TableName, Key }));
  // Its timer rings all the same.
  await reached(await give((await aDevice()).deviceId, { expiresIn: 1 }), 'expired');
});
