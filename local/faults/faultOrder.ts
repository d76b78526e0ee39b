import * as z from 'zod';

/** What a fault of each kind does to a call at the AWS endpoint, and to the calls of rule actions. */
const callKinds = { latency: ['milliseconds'], throttle: [], error: ['status', 'after'], drop: ['after'] } as const;
/** … to a publish, by MQTT or the data plane's API. */
const publishKinds = { drop: ['after'], duplicate: [], reorder: ['milliseconds'] } as const;
/** … to an invocation of a function. */
const invocationKinds = { kill: ['function', 'milliseconds'] } as const;

const kinds = ['latency', 'throttle', 'error', 'drop', 'duplicate', 'reorder', 'kill'] as const;

const fields = z.strictObject({
  /** Signing name (`dynamodb`, `timestream`, …), or `mqtt` for publishes. */
  service: z.string(),
  kind: z.enum(kinds),
  /** As the API names it; of REST services, the IAM action without its prefix (`PutObject`, `ManageConnections`). */
  operation: z.string().min(1).optional(),
  /** `role`: functions and rules; `rule`: rules alone; `account`: people, tools and tests. */
  caller: z.enum(['role', 'rule', 'account']).optional(),
  /** Name of the function that is killed. */
  function: z.string().min(1).optional(),
  topic: z.string().min(1).optional(),
  client: z.string().min(1).optional(),
  /** Of latency: how long. Of reorder: the longest wait for a publish that overtakes. Of kill: how long after the invocation began. */
  milliseconds: z.int().min(0).max(600_000).optional(),
  status: z.literal([500, 502, 503, 504]).optional(),
  /** Only when the work is done: the caller can't know that it is. */
  after: z.boolean().optional(),
  probability: z.number().gt(0).max(1).default(1),
  /** Ends when it has struck so often … */
  count: z.int().min(1).optional(),
  /** … or when this time is over; with neither it stays until it is cleared. */
  seconds: z.number().gt(0).max(86_400).optional(),
});

export type FaultOrder = z.output<typeof fields>;

/** The fields of an order that select what it strikes; the rest of a kind's fields say how. */
const selectors = { call: ['operation', 'caller'], publish: ['topic', 'client'], invocation: [] } as const;
const always = ['service', 'kind', 'probability', 'count', 'seconds'];

/** An order for the services that there are. Its errors say what would be right. */
export const faultOrderFor = (services: readonly string[]) =>
  fields.superRefine((order, refinement) => {
    const refuse = (field: string, message: string) =>
      refinement.addIssue({ code: 'custom', path: [field], message, input: order });
    if (order.service !== 'mqtt' && !services.includes(order.service))
      return refuse('service', `must be one of ${['mqtt', ...services].sort().join(', ')}`);
    const subject = subjectOf(order);
    const possible: Readonly<Record<string, readonly string[]>> =
      subject === 'publish' ? publishKinds : { ...callKinds, ...(order.service === 'lambda' && invocationKinds) };
    const settings = possible[order.kind];
    if (!settings) return refuse('kind', `of ${order.service} must be one of ${Object.keys(possible).join(', ')}`);
    if (order.kind === 'latency' && order.milliseconds === undefined) refuse('milliseconds', 'latency needs it');
    const understood: readonly string[] = [...always, ...selectors[subject], ...settings];
    for (const field of Object.keys(order))
      if (!understood.includes(field)) refuse(field, `means nothing to ${order.kind} of ${order.service}`);
  });

export type FaultSubject = 'call' | 'publish' | 'invocation';

export function subjectOf({ service, kind }: Pick<FaultOrder, 'service' | 'kind'>): FaultSubject {
  if (service === 'mqtt') return 'publish';
  return kind === 'kill' ? 'invocation' : 'call';
}
