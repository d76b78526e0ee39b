import * as z from 'zod';
import { emulatorNames } from './emulators/profiles.ts';

/** Stages whose data may be thrown away with the stack. Every other stage retains and protects it. */
export const disposableStages = ['dev', 'test', 'local'] as const;

const days = z.coerce.number().int().min(1);

/**
 * How SQS hands messages to Lambda. `live` puts latency first, `thrifty` cost: AWS demands a window of at least a second for
 * batches above 10, and asks nothing of smaller ones.
 */
const batching = z
  .object({
    batchSize: z.coerce.number().int().min(1).max(10_000),
    windowSeconds: z.coerce.number().int().min(0).max(300),
  })
  .refine(({ batchSize, windowSeconds }) => batchSize <= 10 || windowSeconds >= 1, {
    path: ['windowSeconds'],
    message: 'AWS demands a window of at least 1 second when batchSize is above 10',
  });

const profiles = {
  live: { batchSize: 10, windowSeconds: 0 },
  thrifty: { batchSize: 500, windowSeconds: 5 },
} as const;

const configurationSchema = z.object({
  stage: z.string().regex(/^[a-z][a-z0-9]{0,15}$/, "a stage is up to 16 lower-case letters and digits, as in 'prod'"),
  account: z
    .string()
    .regex(/^\d{12}$/, 'an AWS account id has 12 digits')
    .optional(),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region is written as in 'eu-central-1'"),
  profile: z.enum(['live', 'thrifty']),
  batching,
  /** Attempts to store a message, the first included. */
  maxAttempts: z.coerce.number().int().min(1).max(12),
  /** Most ingest functions at once per queue; AWS takes 2 to 1000. */
  ingestConcurrency: z.coerce.number().int().min(2).max(1000),
  retention: z.object({
    rawDays: days,
    /** Raw objects move to Infrequent Access after this. S3 takes 30 days at least. */
    rawInfrequentAccessDays: days.min(30, 'S3 moves objects to Infrequent Access after 30 days at least'),
    messageDays: days,
    logDays: z.coerce
      .number()
      .int()
      .refine((value) => [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731].includes(value), {
        message: 'CloudWatch Logs keeps 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545 or 731 days',
      }),
    memoryStoreHours: z.coerce.number().int().min(1).max(8766),
    magneticStoreDays: z.coerce.number().int().min(1).max(73_000),
  }),
  presence: z.object({
    /** A device that is back within this was never offline. SQS, which keeps the time, delays messages by 15 minutes at most. */
    offlineGraceSeconds: z.coerce.number().int().min(0).max(900, 'SQS delays a message by 900 seconds at most'),
    /** A device without a connection, of which nothing is heard for this long, is offline; the sweep looks every minute. */
    silentAfterSeconds: z.coerce.number().int().min(10),
  }),
  telemetryStore: z.literal('timestream', {
    error: "telemetryStore: only 'timestream' can be deployed today; Timestream for InfluxDB is planned as the second",
  }),
  /** Profile of the emulator that is deployed to (lib/emulators/profiles.ts); none for AWS and for the local cloud. */
  emulator: z.enum(emulatorNames, { error: `an emulator is one of ${emulatorNames.join(', ')}` }).optional(),
  /** Of one caller, over all functions of the HTTP API. */
  requestsPerMinute: z.coerce.number().int().min(10),
  /** Of one API key, over HTTP and WebSocket together: a hundred devices that send once a second. */
  messagesPerMinute: z.coerce.number().int().min(10),
  /** Origins that browsers may call the HTTP API from. */
  origins: z.array(z.string().regex(/^https?:\/\/[^/]+$/, "an origin is written as in 'https://dashboard.example'")),
});

export type Configuration = z.infer<typeof configurationSchema> & { readonly disposable: boolean };

/** Reads one value of the CDK context. */
export type ContextReader = (key: string) => unknown;

/**
 * Configuration from the CDK context (cdk.json, or `-c key=value`), over the defaults here.
 * @throws Error naming every key that is wrong and what would be right.
 */
export function readConfiguration(context: ContextReader): Configuration {
  const profile = context('profile') ?? 'live';
  const stage = context('stage') ?? 'dev';
  const result = configurationSchema.safeParse({
    stage,
    account: context('account') ?? process.env['CDK_DEFAULT_ACCOUNT'],
    region: context('region') ?? process.env['CDK_DEFAULT_REGION'] ?? 'us-east-1',
    profile,
    batching: {
      ...(profiles[profile as keyof typeof profiles] ?? profiles.live),
      ...defined({ batchSize: context('batchSize'), windowSeconds: context('windowSeconds') }),
    },
    maxAttempts: context('maxAttempts') ?? 5,
    ingestConcurrency: context('ingestConcurrency') ?? 20,
    retention: {
      rawDays: context('rawDays') ?? 365,
      rawInfrequentAccessDays: context('rawInfrequentAccessDays') ?? 30,
      messageDays: context('messageDays') ?? 90,
      logDays: context('logDays') ?? 30,
      // Replayed and late readings reach back this far at full write speed.
      memoryStoreHours: context('memoryStoreHours') ?? 24,
      magneticStoreDays: context('magneticStoreDays') ?? 365,
    },
    presence: {
      offlineGraceSeconds: context('offlineGraceSeconds') ?? 30,
      silentAfterSeconds: context('silentAfterSeconds') ?? 300,
    },
    telemetryStore: context('telemetryStore') ?? 'timestream',
    emulator: context('emulator'),
    requestsPerMinute: context('requestsPerMinute') ?? 600,
    messagesPerMinute: context('messagesPerMinute') ?? 6000,
    origins: list(context('origins')) ?? ['http://localhost:8080'],
  });
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `  ${keyOf(path)}: ${message}`);
    throw new Error(
      `The configuration can't be used:\n${problems.join('\n')}\nSet it with -c key=value or in cdk.json.`,
    );
  }
  return { ...result.data, disposable: (disposableStages as readonly string[]).includes(result.data.stage) };
}

/** Names that stacks must know of each other without an export between them. */
export function telemetryNames({ stage }: Pick<Configuration, 'stage'>): {
  readonly database: string;
  readonly table: string;
} {
  return { database: `fieldline-${stage}`, table: 'telemetry' };
}

/** The key as it is set: batching, presence and retention group keys here only. */
function keyOf(path: readonly PropertyKey[]): string {
  return path.filter((part) => part !== 'batching' && part !== 'presence' && part !== 'retention').join('.');
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function list(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',') : value;
}
