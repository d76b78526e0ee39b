import type { CloudContext } from '../../context.ts';
import type { ServicePublish } from '../broker/broker.ts';
import type { ReservedTopicService } from '../broker/reservedTopics.ts';
import { parseQuestion, parseUpdate, ShadowError } from './shadowRequest.ts';
import type { ShadowKey, Shadows } from './shadows.ts';

const topicOf = ({ thing, name }: ShadowKey) =>
  `$aws/things/${thing}/shadow${name === undefined ? '' : `/name/${name}`}`;
const requestTopic = /^\$aws\/things\/([^/]+)\/shadow(?:\/name\/([^/]+))?\/(get|update|delete)$/;

/** The Device Shadow service: shadows with the messages that tell of their changes. */
export type ShadowService = ReturnType<typeof createShadowService>;

export function createShadowService(
  context: Pick<CloudContext, 'store' | 'log'>,
  shadows: Shadows,
  publish: ServicePublish,
) {
  /** Nobody hears of what isn't committed. */
  const tell = async (topic: string, document: unknown) => {
    await context.store.committed();
    await publish(topic, Buffer.from(JSON.stringify(document)), { qos: 1, retain: false });
  };

  const update = (key: ShadowKey, payload: Buffer): Record<string, unknown> => {
    checkKey(key);
    const { accepted, delta, documents } = shadows.update(key, parseUpdate(payload));
    const topic = `${topicOf(key)}/update`;
    void tell(`${topic}/accepted`, accepted);
    if (delta) void tell(`${topic}/delta`, delta);
    void tell(`${topic}/documents`, documents);
    return accepted;
  };

  const remove = (key: ShadowKey, payload: Buffer): Record<string, unknown> => {
    const { clientToken, version } = parseQuestion(payload);
    const accepted = { ...shadows.delete(key, version), ...(clientToken !== undefined && { clientToken }) };
    void tell(`${topicOf(key)}/delete/accepted`, accepted);
    return accepted;
  };

  /** The device gateway's side: requests that come as messages (AWS: "Device Shadow MQTT topics"). */
  const topics: ReservedTopicService = {
    takes: (topic) => requestTopic.test(topic),
    handle({ topic, payload }) {
      const [, thing = '', name, operation] = requestTopic.exec(topic) ?? [];
      const key = { thing, name };
      try {
        if (operation === 'update') update(key, payload);
        else if (operation === 'delete') remove(key, payload);
        else {
          const { clientToken } = parseQuestion(payload);
          void tell(`${topic}/accepted`, { ...shadows.get(key), ...(clientToken !== undefined && { clientToken }) });
        }
      } catch (error) {
        if (!(error instanceof ShadowError)) throw error;
        const { code, message } = error;
        const clientToken = error.clientToken ?? tokenIn(payload);
        void tell(`${topic}/rejected`, {
          code,
          message,
          timestamp: Math.floor(Date.now() / 1000),
          ...(clientToken !== undefined && { clientToken }),
        });
      }
    },
  };

  return {
    get: (key: ShadowKey) => shadows.get(key),
    update,
    delete: (key: ShadowKey) => remove(key, Buffer.alloc(0)),
    names: shadows.names,
    topics,
  };
}

function checkKey({ name }: ShadowKey): void {
  if (name !== undefined && !/^[a-zA-Z0-9:_-]{1,64}$/.test(name))
    throw new ShadowError(400, `Shadow name '${name}' must match [a-zA-Z0-9:_-]{1,64}.`);
}

function tokenIn(payload: Buffer): string | undefined {
  try {
    return parseQuestion(payload).clientToken;
  } catch {
    return undefined;
  }
}
