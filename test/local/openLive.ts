import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import WebSocket from 'ws';
import type { z } from 'zod';
import { type LiveChange, type LiveUpdate, serverMessage } from '../../functions/live/protocol.ts';
import { liveUrl } from '../../scripts/signIn.ts';
import { until } from '../until.ts';
import type { SystemUnderTest } from './openSystem.ts';
import { type Person, signIn } from './signIn.ts';

type ServerMessage = z.infer<typeof serverMessage>;

/** A live connection: what it was sent, as it came. */
export interface Live {
  readonly updates: readonly LiveUpdate[];
  readonly changes: readonly LiveChange[];
  /** Sends a request and waits for the server's own answer. */
  ask(request: unknown): Promise<ServerMessage>;
  close(): Promise<void>;
  /** Resolves when the server ends it. */
  readonly closed: Promise<unknown>;
}

/** An admin of the platform for each system, who may watch whatever there is. */
const watchers = new WeakMap<SystemUnderTest, Promise<Person>>();

/** A connection as somebody who asks for a ticket: an admin of the platform, unless told who. */
export async function openLive(system: SystemUnderTest, as?: Pick<Person, 'accessToken'>): Promise<Live> {
  const watcher = watchers.get(system) ?? signIn(system, { platformAdmin: true });
  watchers.set(system, watcher);
  const { accessToken } = as ?? (await watcher);
  return openLiveAt(await liveUrl(system.http, accessToken));
}

/** A connection at an address that says who opens it. */
export async function openLiveAt(url: string): Promise<Live> {
  const socket = new WebSocket(url);
  const updates: LiveUpdate[] = [];
  const changes: LiveChange[] = [];
  const answers: ServerMessage[] = [];
  socket.on('message', (data: Buffer) => {
    const message = serverMessage.parse(JSON.parse(data.toString()));
    if (message.type === 'updates') updates.push(...message.updates);
    else if (message.type === 'changes') changes.push(...message.changes);
    else answers.push(message);
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  return {
    closed,
    updates,
    changes,
    async ask(request) {
      socket.send(JSON.stringify(request));
      return await until('an answer on the WebSocket', () => answers.shift());
    },
    async close() {
      socket.close();
      await closed;
    },
  };
}

/** A subscription that outlived its connection, as where API Gateway could not tell of its end. @returns whether it is still there */
export async function subscribeGone({ db, output }: SystemUnderTest, channel: string): Promise<() => Promise<boolean>> {
  const TableName = output('Live', 'ConnectionsTableName');
  const Key = { connectionId: `${randomUUID()}=`, channel };
  const holder = { userId: 'gone', isPlatformAdmin: true, authorizedUntil: Math.floor(Date.now() / 1000) + 3600 };
  await db.send(new PutCommand({ TableName, Item: { ...Key, ...holder } }));
  return async () => (await db.send(new GetCommand({ TableName, Key }))).Item !== undefined;
}
