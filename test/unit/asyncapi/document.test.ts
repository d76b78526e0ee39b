import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import * as z from 'zod';
import { channels } from '../../../functions/asyncChannels.ts';
import { serverMessage } from '../../../functions/live/protocol.ts';
import type { AsyncChannel, AsyncMessage } from '../../../functions/platform/asyncChannel.ts';
import { asyncApiDocument } from '../../../lib/asyncapi/document.ts';
import { messagesPage } from '../../../lib/asyncapi/page.ts';
import { runRedocly } from '../../../lib/openapi/redocly.ts';

const stale = 'Run `npm run asyncapi` and commit what it writes.';
const document = asyncApiDocument(channels);

/** Every reference of a document, with what it points to. */
function references(value: unknown): [reference: string, target: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' && typeof inner === 'string' ? [[inner, resolve(inner)]] : references(inner),
  );
}
const resolve = (reference: string) =>
  reference
    .slice(2)
    .split('/')
    // biome-ignore lint/suspicious/noExplicitAny: JSON that assertions look into
    .reduce((at: any, name) => at?.[name], document);

describe('the AsyncAPI document', () => {
  test('is the one in docs/asyncapi.json', async () => {
    expect({ stale, document }).toEqual({ stale, document: JSON.parse(await readFile('docs/asyncapi.json', 'utf8')) });
  });

  test('passes the linter, which finds what is wrong', () => {
    expect(runRedocly(document, ['lint', 'document.json'], (_folder, words) => words)).toContain('is valid');
    const broken = structuredClone(document) as { operations: Record<string, { action: string }> };
    for (const operation of Object.values(broken.operations)) operation.action = 'publish';
    expect(() => runRedocly(broken, ['lint', 'document.json'], () => undefined)).toThrow('action');
    const dangling = structuredClone(document) as { components: { messages: object } };
    dangling.components.messages = {};
    expect(() => runRedocly(dangling, ['lint', 'document.json'], () => undefined)).toThrow('resolve');
  });

  test('points only to what is there, and has nothing that nobody points to', () => {
    const all = references(document);
    expect(all.filter(([, target]) => target === undefined)).toEqual([]);
    const { components } = document;
    const named = Object.entries(components).flatMap(([kind, members]) =>
      Object.keys(members as object).map((name) => `#/components/${kind}/${name}`),
    );
    const pointedTo = new Set(all.map(([reference]) => reference));
    expect(named.filter((component) => !pointedTo.has(component))).toEqual([]);
  });

  test('has messages of operations in the channels of the operations', () => {
    for (const { channel, messages, reply } of Object.values(document.operations)) {
      for (const { $ref } of messages) expect($ref).toMatch(new RegExp(`^${channel.$ref}/messages/`));
      for (const { $ref } of reply?.messages ?? [])
        expect($ref).toMatch(new RegExp(`^${reply?.channel.$ref}/messages/`));
      expect(reply?.messages).not.toEqual([]);
    }
  });

  test('has schemas that JSON Schema understands, and examples that they allow', () => {
    // The formats are annotations here; `unit` is a term of Thing Models.
    const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ $id: 'document', components: document.components });
    const withExamples = Object.values(document.components.messages).filter(({ examples }) => examples !== undefined);
    expect(withExamples.length).toBeGreaterThan(5);
    for (const { name, payload, examples = [] } of Object.values(document.components.messages)) {
      const validate = ajv.compile({ $ref: `document${payload.$ref}` });
      for (const { payload: example } of examples)
        expect({ name, example, problems: validate(example) ? [] : validate.errors }).toMatchObject({ problems: [] });
    }
  });

  test('has every message that the WebSocket API sends', () => {
    const sent = Object.values(document.operations)
      .filter(({ action, channel }) => action === 'send' && channel.$ref === '#/channels/live')
      .flatMap(({ messages }) => messages.map(({ $ref }) => resolve(resolve(resolve($ref).$ref).payload.$ref)))
      .map(({ properties }) => properties.type.const);
    expect(sent.sort()).toEqual(serverMessage.options.map(({ shape }) => shape.type.value).sort());
  });
});

describe('a channel', () => {
  const message = (more: Partial<AsyncMessage> = {}): AsyncMessage => ({
    name: 'Said',
    summary: 'Something',
    payload: z.object({ said: z.string() }),
    ...more,
  });
  const channel = (messages: readonly AsyncMessage[], more: Partial<AsyncChannel> = {}): AsyncChannel => ({
    address: 'devices/said/{deviceId}',
    servers: ['mqtt'],
    tag: 'Events',
    summary: 'What is said',
    operations: { hear: { action: 'receive', summary: 'Hears', messages } },
    ...more,
  });

  test('with a parameter that nobody described is refused', () => {
    expect(() => asyncApiDocument({ said: channel([message()], { address: 'devices/{who}' }) })).toThrow("'who'");
  });

  test('with another message, schema or operation of the same name is refused', () => {
    expect(() => asyncApiDocument({ said: channel([message(), message()]) })).toThrow('Two messages');
    const payload = z.object({ n: z.number() });
    const [one, other] = [payload, payload.extend({ m: z.number() })].map((schema, index) =>
      message({ name: `Said${index}`, payload: schema.meta({ id: `Twice${index}` }) }),
    );
    expect(() => asyncApiDocument({ said: channel([one ?? message(), other ?? message()]) })).not.toThrow();
    const said = message();
    expect(() => asyncApiDocument({ said: channel([said]), again: channel([said]) })).toThrow('Two operations');
  });

  test('that is answered nowhere is refused', () => {
    const operations = {
      hear: { action: 'receive', summary: 'Hears', messages: [message()], replyOn: 'nowhere' },
    } as const;
    expect(() => asyncApiDocument({ said: channel([], { operations }) })).toThrow('nowhere');
  });
});

describe('the page of the document', () => {
  const page = messagesPage(document);

  test('shows each channel and message, and loads nothing', () => {
    for (const { address } of Object.values(document.channels)) expect(page).toContain(`<code>${address}</code>`);
    for (const name of Object.keys(document.components.messages)) expect(page).toContain(`<code>${name}</code>`);
    expect(page).not.toMatch(/<script|src=|@import|<link/);
  });

  test('shows the fields of a message: what they are, and which may be left out', () => {
    expect(page).toContain('<tr><td><code>attemptId</code><td>string');
    expect(page).toContain('<code>percent</code> <i>optional</i><td>number<td>at least 0, at most 100');
    expect(page).toContain('<code>status</code><td>&quot;acknowledged&quot; | &quot;progress&quot;');
    expect(page).toContain('<p>MQTT 5 user properties:</p><table>');
    expect(page).toContain('<code>messageId</code> <i>optional</i><td>string');
  });

  test('shows what is declared as text, whatever it is', () => {
    const said: AsyncChannel = {
      address: 'devices/said/{deviceId}',
      servers: ['mqtt'],
      tag: 'Events',
      summary: '<b onclick="alert(1)">',
      operations: {},
    };
    expect(messagesPage(asyncApiDocument({ said }))).toContain('&lt;b onclick=&quot;alert(1)&quot;&gt;');
  });
});
