import { beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { RoleReport } from '../../local/identity/accessLog.ts';
import { connectDevice } from '../../scripts/fleet/connectDevice.ts';
import { recordOf } from './messageRecords.ts';
import { newDevice } from './newDevice.ts';
import { openSystem, type SystemUnderTest } from './openSystem.ts';
import { runScript } from './runScript.ts';

let system: SystemUnderTest;

beforeAll(async () => {
  system = await openSystem();
  const device = await newDevice(system);
  const connection = await connectDevice({ ...device, mqtt: system.mqtt });
  const messageId = ulid();
  await connection.publish(device.topic, Buffer.from(JSON.stringify({ messageId, count: 1 })));
  await recordOf(system, device.deviceId, messageId);
  await connection.close();
});

async function report(): Promise<RoleReport[]> {
  const { stdout } = await runScript('iamReport.ts', ['--json']);
  return (JSON.parse(stdout) as { roles: RoleReport[] }).roles;
}

test('a message on its way to the stores uses the grants of the rule and of the ingest function', async () => {
  const used = (await report()).flatMap(({ origin, grants }) =>
    grants
      .filter(({ uses }) => uses > 0)
      .flatMap(({ actions, unusedActions }) =>
        actions.filter((action) => !unusedActions.includes(action)).map((action) => `${origin.stack}: ${action}`),
      ),
  );
  const stack = `Fieldline-${system.stage}-Ingestion`;
  for (const action of ['timestream:WriteRecords', 's3:PutObject', 'sqs:SendMessage', 'sqs:ReceiveMessage'])
    expect(used).toContain(`${stack}: ${action}`);
});

test("Fieldline's own functions and rules were refused nothing, and every grant has its place in a template", async () => {
  const roles = await report();
  expect(roles.flatMap(({ role, refused }) => refused.map((refusal) => ({ role, ...refusal })))).toEqual([]);
  for (const { origin, grants } of roles) {
    expect(origin.stack).toMatch(/^Fieldline-/);
    for (const grant of grants) expect(grant.origin?.logicalId).toMatch(/./);
  }
});

async function unusedRoles(): Promise<RoleReport[]> {
  return (await report()).filter(({ grants }) => grants.some(({ uses }) => uses === 0));
}

test('what nobody used is told by role, and fails a strict run', async () => {
  // Other tests use this system at the same time: what is unused can only become less between the reports.
  const before = await unusedRoles();
  const { code, output } = await runScript('iamReport.ts', ['--strict']);
  const after = await unusedRoles();
  const exitOf = (unused: RoleReport[]) => (unused.length > 0 ? 1 : 0);
  expect([exitOf(before), exitOf(after)]).toContain(code);
  for (const { origin, role } of after) expect(output).toContain(`${origin.stack} / ${origin.logicalId} (${role})`);
});
