import { setTimeout as wait } from 'node:timers/promises';
import { iot, mqtt5 } from 'aws-iot-device-sdk-v2';
import type { Target } from '../target.ts';
import type { CertificateFiles } from './certificateFiles.ts';

/** A connected device that speaks of itself. */
export interface Publisher {
  readonly deviceId: string;
  /**
   * Publishes with QoS 1.
   * @param properties MQTT 5 user properties
   * @throws Error when the broker refuses it or, without `sendAgain`, the connection ends before it was acknowledged.
   */
  publish(topic: string, payload: Buffer, properties?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** A device of the AWS IoT Device SDK, connected over mutual TLS. */
export interface DeviceConnection extends Publisher {
  /**
   * Publishes a request as JSON and answers what comes back on `topic/accepted`, as fleet provisioning and shadows do it.
   * @throws Error with what came on `topic/rejected`, or when nothing came in time
   */
  request(topic: string, payload: object): Promise<Record<string, unknown>>;
  /**
   * Subscribes to a topic, also on every later connection.
   * @throws Error when the broker refuses it
   */
  listen(topic: string, hear: (payload: Buffer) => void): Promise<void>;
  /** Does something whenever the device is connected again, after it has subscribed again. */
  onReconnected(act: () => void): void;
  /** Disconnects as a device does that goes to sleep, and connects again. Resolves when it is connected, or closed meanwhile. */
  leaveFor(milliseconds: number): Promise<void>;
}

interface ConnectOptions {
  readonly deviceId: string;
  readonly files: Pick<CertificateFiles, 'caFile' | 'certificateFile' | 'privateKeyFile'>;
  readonly mqtt: Target['mqtt'];
  /** Other than the device id only in tests of what the broker refuses. */
  readonly clientId?: string;
  /** A message that was not acknowledged when the connection ended is sent again on the next one, as a device in the field does. */
  readonly sendAgain?: boolean;
  /** Milliseconds in which attempts are repeated; 0 gives up at the first failure. */
  readonly patience?: number;
}

const refusal = 0x80;
const answerPatience = 20_000;

/** @throws Error with the SDK's reason when there is no connection in time. */
export async function connectDevice(options: ConnectOptions): Promise<DeviceConnection> {
  const { deviceId, files, mqtt, clientId = deviceId, sendAgain = false, patience = 30_000 } = options;
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
    mqtt.host,
    files.certificateFile,
    files.privateKeyFile,
  )
    .withCertificateAuthorityFromPath(undefined, files.caFile)
    .withPort(mqtt.port)
    .withConnectProperties({ clientId, keepAliveIntervalSeconds: 60 })
    .withSessionBehavior(mqtt5.ClientSessionBehavior.Clean)
    .withOfflineQueueBehavior(
      sendAgain
        ? mqtt5.ClientOperationQueueBehavior.FailNonQos1PublishOnDisconnect
        : mqtt5.ClientOperationQueueBehavior.FailAllOnDisconnect,
    )
    .withConnackTimeoutMs(20_000)
    .withMinReconnectDelayMs(250)
    .withMaxReconnectDelayMs(5_000)
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  // An EventEmitter without an 'error' listener would end the process; failures reach us by the promises.
  client.on('error', () => {});
  try {
    await connected(client, patience);
  } catch (error) {
    await stopped(client);
    client.close();
    throw new Error(`${clientId} could not connect to ${mqtt.host}:${mqtt.port}: ${reasonOf(error)}`, { cause: error });
  }
  const publish: Publisher['publish'] = async (topic, payload, properties = {}) => {
    const userProperties = Object.entries(properties).map(([name, value]) => ({ name, value }));
    const packet = { topicName: topic, payload, qos: mqtt5.QoS.AtLeastOnce, userProperties };
    const acknowledgement = await client.publish(packet).catch((reason: unknown) => {
      // The SDK rejects with a text, which would be thrown without a trace of where.
      throw new Error(`${topic} was not published: ${reasonOf(reason)}`);
    });
    const code = acknowledgement?.reasonCode ?? 0;
    if (code >= refusal) throw new Error(`The broker refused ${topic}: ${mqtt5.PubackReasonCode[code] ?? code}`);
  };
  const listeners = new Map<string, (payload: Buffer) => void>();
  const actsOnReturn: (() => void)[] = [];
  client.on('messageReceived', ({ message }) =>
    listeners.get(message.topicName)?.(Buffer.from(message.payload as ArrayBuffer)),
  );
  client.on('connectionSuccess', () => {
    // The session is clean: the broker has forgotten what was subscribed.
    subscribe(client, [...listeners.keys()])
      .then(() => {
        for (const act of actsOnReturn) act();
      })
      // The connection is gone again; the next one subscribes.
      .catch(() => {});
  });
  const closing = new AbortController();
  let away: Promise<void> | undefined;
  return {
    deviceId,
    publish,
    listen: async (topic, hear) => {
      listeners.set(topic, hear);
      await subscribe(client, [topic]);
    },
    onReconnected: (act) => {
      actsOnReturn.push(act);
    },
    leaveFor: async (milliseconds) => {
      if (away !== undefined || closing.signal.aborted) return;
      away = stopped(client);
      await away;
      await wait(milliseconds, undefined, { signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
      away = undefined;
      await connected(client, Number.POSITIVE_INFINITY, closing.signal);
    },
    request: async (topic, payload) => {
      const answers = [`${topic}/accepted`, `${topic}/rejected`];
      await subscribe(client, answers);
      const answer = nextMessage(client, answers);
      // When the publish fails, nobody waits for it any more.
      answer.catch(() => {});
      await publish(topic, Buffer.from(JSON.stringify(payload)));
      const { topicName, text } = await answer;
      if (topicName === answers[1]) throw new Error(`${topic} was rejected: ${text}`);
      return JSON.parse(text);
    },
    close: async () => {
      closing.abort();
      // Who is away has disconnected already.
      await (away ?? stopped(client));
      client.close();
    },
  };
}

async function subscribe(client: mqtt5.Mqtt5Client, topicFilters: readonly string[]): Promise<void> {
  if (topicFilters.length === 0) return;
  const { reasonCodes } = await client.subscribe({
    subscriptions: topicFilters.map((topicFilter) => ({ topicFilter, qos: mqtt5.QoS.AtLeastOnce })),
  });
  const refused = reasonCodes.findIndex((code) => code >= refusal);
  if (refused >= 0) throw new Error(`The broker refused the subscription to ${topicFilters[refused]}.`);
}

function nextMessage(
  client: mqtt5.Mqtt5Client,
  topics: readonly string[],
): Promise<{ readonly topicName: string; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      client.off('messageReceived', listen);
    };
    const listen = ({ message }: mqtt5.MessageReceivedEvent) => {
      if (!topics.includes(message.topicName)) return;
      settle();
      resolve({ topicName: message.topicName, text: Buffer.from(message.payload as ArrayBuffer).toString() });
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Error(`Nothing came on ${topics.join(' or ')} within ${answerPatience / 1000} s.`));
    }, answerPatience);
    client.on('messageReceived', listen);
  });
}

function connected(client: mqtt5.Mqtt5Client, patience: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = Date.now() + patience;
    const settle = () => {
      client.off('connectionSuccess', succeed);
      client.off('connectionFailure', fail);
      signal?.removeEventListener('abort', succeed);
    };
    const succeed = () => {
      settle();
      resolve();
    };
    const fail = ({ error, connack }: mqtt5.ConnectionFailureEvent) => {
      if (Date.now() < end) return;
      settle();
      const code = connack?.reasonCode;
      reject(code === undefined ? error : new Error(mqtt5.ConnectReasonCode[code] ?? `reason code ${code}`));
    };
    client.on('connectionSuccess', succeed);
    client.on('connectionFailure', fail);
    signal?.addEventListener('abort', succeed);
    client.start();
  });
}

function stopped(client: mqtt5.Mqtt5Client): Promise<void> {
  return new Promise((resolve) => {
    client.once('stopped', () => resolve());
    client.stop();
  });
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
