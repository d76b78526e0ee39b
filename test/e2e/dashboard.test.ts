import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiGatewayManagementApiClient, DeleteConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startFleet } from '../../scripts/start/fleetProcess.ts';
import { type LaunchedSystem, launchSystem } from '../../scripts/start/launchSystem.ts';
import { localTarget } from '../../scripts/target.ts';
import { until } from '../until.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync) ?? '';
/** Kept for a person to look at, when asked for. */
const screenshots = process.env['FIELDLINE_SCREENSHOTS'];
const patience = 30_000;

const inBrowser = executablePath === '' ? describe.skip : describe;

inBrowser(`the dashboard in Chromium${executablePath === '' ? ' (skipped: chromium is not installed)' : ''}`, () => {
  let browser: Browser;
  let page: Page;
  let stateDir: string;
  let system: LaunchedSystem;
  let fleet: ReturnType<typeof startFleet>;
  const complaints: string[] = [];

  beforeAll(async () => {
    // A system of its own: what a newcomer sees, without the devices of other tests.
    stateDir = await mkdtemp(join(tmpdir(), 'fieldline-e2e-'));
    system = await launchSystem({ stateDir });
    const { dashboard } = system.outputs;
    if (dashboard === undefined) throw new Error('The system has no dashboard.');
    fleet = startFleet({ devices: 2, outputsFile: system.outputsFile });
    await fleet.publishing;
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(dashboard.url);
  });

  afterAll(async () => {
    await browser?.close();
    await fleet?.stop();
    await system?.stop();
    await rm(stateDir, { recursive: true, force: true });
  });

  const card = (deviceId: string) => page.locator(`[data-device-id="${deviceId}"]`);
  const updates = async () => Number(((await page.locator('#updates').textContent()) ?? '').replace(/\D/g, ''));
  const picture = () =>
    page.locator('[data-device-id="weather-001"] [data-metric="temperature"] canvas').first().screenshot();

  test('connects, and counts updates as they come', async () => {
    await page.locator('#connection[data-state=live]').waitFor({ timeout: patience });
    const before = await updates();
    await until('more updates', async () => (await updates()) > before, patience);
  });

  test('draws a chart for each metric of each device', async () => {
    for (const deviceId of ['weather-001', 'weather-002']) {
      for (const metric of ['pressure', 'temperature', 'wind']) {
        await card(deviceId).locator(`[data-metric="${metric}"] canvas`).waitFor({ timeout: patience });
      }
    }
  });

  test('the line moves as points arrive', async () => {
    const before = await picture();
    await until('another picture', async () => !before.equals(await picture()), patience);
    const count = await updates();
    await until('ten updates more', async () => (await updates()) > count + 10, patience);
    if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, 'dashboard.png') });
  });

  test('shows the newest values with their units', async () => {
    for (const unit of ['hPa', '°C', 'm/s']) {
      expect(await card('weather-001').textContent()).toContain(unit);
    }
  });

  test('the browser has nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });

  test('connects again by itself when API Gateway ends the connection', async () => {
    expect(await cutConnections(system.outputsFile, 'device:weather-001')).toBeGreaterThan(0);
    const before = await updates();
    await until('updates after the cut', async () => (await updates()) > before + 3, patience);
    await page.locator('#connection[data-state=live]').waitFor({ timeout: patience });
  });

  test('signs out, and in again by the form, which says what was wrong', async () => {
    const { email, password } = system.outputs.signIn;
    await page.locator('#sign-out').click();
    await page.locator('input[name=email]').fill(email);
    await page.locator('input[name=password]').fill('Not-the-password-1');
    await page.locator('#sign-in button').click();
    await page.locator('#notice:not([hidden])').waitFor({ timeout: patience });
    await page.locator('input[name=password]').fill(password);
    await page.locator('#sign-in button').click();
    await page.locator('#connection[data-state=live]').waitFor({ timeout: patience });
    await card('weather-001').waitFor({ timeout: patience });
  });
});

/** @returns how many there were */
async function cutConnections(outputsFile: string, channel: string): Promise<number> {
  const { client, output } = await localTarget(outputsFile);
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const management = new ApiGatewayManagementApiClient({
    ...client,
    endpoint: output('Live', 'WebSocketUrl').replace(/^ws/, 'http'),
  });
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: output('Live', 'ConnectionsTableName'),
      IndexName: 'byChannel',
      KeyConditionExpression: 'channel = :channel',
      ExpressionAttributeValues: { ':channel': channel },
    }),
  );
  for (const { connectionId } of Items)
    await management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  return Items.length;
}
