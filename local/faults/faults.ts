import { setTimeout as wait } from 'node:timers/promises';
import { type FaultOrder, type FaultSubject, subjectOf } from './faultOrder.ts';
import { serverError, throttlingError } from './serviceFaults.ts';

/** The connection is to be cut without an answer. */
export class ConnectionCut extends Error {
  constructor() {
    super('The connection was cut, as a fault was ordered.');
    this.name = 'ConnectionCut';
  }
}

export interface OrderedFault extends FaultOrder {
  readonly id: number;
  /** How often it has struck. */
  readonly struck: number;
  readonly ended: boolean;
}

interface Call {
  readonly service: string;
  /** Its names: the operation, the IAM actions that it needs. */
  readonly operations: readonly string[];
  readonly caller: 'role' | 'rule' | 'account';
}

interface Publish {
  readonly topic: string;
  /** Undefined for one by the data plane's API. */
  readonly client: string | undefined;
  /** Takes the message and answers it. */
  readonly accept: () => unknown;
  /** Takes the message once more. */
  readonly again: () => void;
  /** Takes the message without an answer, then cuts the connection. */
  readonly acceptAndCut: () => void;
  readonly cut: () => void;
}

/** Faults that were ordered. Whoever might be struck asks `any` first, which is all that it costs while there is none. */
export interface Faults {
  readonly any: boolean;
  order(order: FaultOrder): OrderedFault;
  list(): OrderedFault[];
  /** Forgets one fault, or all of them. @returns how many */
  clear(id?: number): number;
  /** Does a call's work, with what strikes it. @throws AwsError, ConnectionCut */
  call<Result>(call: Call, work: () => Result | Promise<Result>): Promise<Result>;
  /** What a call that can't wait meets: no latency. @throws AwsError, ConnectionCut */
  callNow<Result>(call: Call, work: () => Result): Result;
  publish(publish: Publish): void;
  /** Milliseconds after which the environment of an invocation is to be killed. */
  killAfter(functionName: string): number | undefined;
}

type Mutable = { -readonly [Key in keyof OrderedFault]: OrderedFault[Key] } & { until: number };

/** Ended faults stay in the list, so that a test can ask how often they struck; only so many. */
const keptEnded = 100;
const overtakenWithin = 500;

export function createFaults(): Faults {
  let faults: Mutable[] = [];
  let active: Mutable[] = [];
  let lastId = 0;
  /** Publishes that wait to be overtaken. */
  const held = new Set<() => void>();

  const refresh = () => {
    const now = Date.now();
    for (const fault of active) fault.ended ||= now >= fault.until || fault.struck >= (fault.count ?? Infinity);
    active = active.filter(({ ended }) => !ended);
    const ended = faults.filter((fault) => fault.ended);
    if (ended.length > keptEnded) faults = faults.filter((fault) => fault !== ended[0]);
  };

  /** The faults that strike now; each counts it. */
  const strike = (subject: FaultSubject, hits: (fault: FaultOrder) => boolean): readonly FaultOrder[] => {
    refresh();
    const striking = active.filter(
      (fault) =>
        subjectOf(fault) === subject && hits(fault) && (fault.probability === 1 || Math.random() < fault.probability),
    );
    for (const fault of striking) fault.struck += 1;
    if (striking.length > 0) refresh();
    return striking;
  };

  const strikeCall = ({ service, operations, caller }: Call) =>
    strike(
      'call',
      (fault) =>
        fault.service === service &&
        (fault.operation === undefined || operations.includes(fault.operation)) &&
        (fault.caller === undefined || fault.caller === caller || (fault.caller === 'role' && caller === 'rule')),
    );

  const fail = (striking: readonly FaultOrder[], after: boolean): void => {
    for (const { kind, service, status, after: late = false } of striking) {
      if (late !== after) continue;
      if (kind === 'throttle') throw throttlingError(service);
      if (kind === 'error') throw serverError(service, status ?? 500);
      if (kind === 'drop') throw new ConnectionCut();
    }
  };

  /** Lets pass what waits: it has been overtaken. */
  const release = () => {
    for (const accept of [...held]) accept();
  };
  const hold = (accept: Publish['accept'], milliseconds: number) => {
    const once = () => {
      clearTimeout(timer);
      if (held.delete(once)) accept();
    };
    const timer = setTimeout(once, milliseconds).unref();
    held.add(once);
  };

  const visible = ({ until: _, ...fault }: Mutable): OrderedFault => fault;

  return {
    get any() {
      return active.length > 0 || held.size > 0;
    },
    order(order) {
      refresh();
      lastId += 1;
      const until = order.seconds === undefined ? Infinity : Date.now() + order.seconds * 1000;
      const fault = { ...order, id: lastId, struck: 0, ended: false, until };
      faults.push(fault);
      active.push(fault);
      return visible(fault);
    },
    list() {
      refresh();
      return faults.map(visible);
    },
    clear(id) {
      const before = faults.length;
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id);
      active = active.filter((fault) => faults.includes(fault));
      return before - faults.length;
    },
    async call(call, work) {
      const striking = strikeCall(call);
      for (const { kind, milliseconds } of striking) if (kind === 'latency') await wait(milliseconds);
      fail(striking, false);
      const result = await work();
      fail(striking, true);
      return result;
    },
    callNow(call, work) {
      const striking = strikeCall(call);
      fail(striking, false);
      const result = work();
      fail(striking, true);
      return result;
    },
    publish({ topic, client, accept, again, acceptAndCut, cut }) {
      const striking = strike(
        'publish',
        (fault) =>
          (fault.topic === undefined || fault.topic === topic) &&
          (fault.client === undefined || fault.client === client),
      );
      const of = (wanted: FaultOrder['kind']) => striking.find(({ kind }) => kind === wanted);
      const drop = of('drop');
      if (drop) return drop.after ? acceptAndCut() : cut();
      if (of('duplicate')) again();
      const reorder = of('reorder');
      if (reorder) return hold(accept, reorder.milliseconds ?? overtakenWithin);
      accept();
      release();
    },
    killAfter(functionName) {
      const [first] = strike('invocation', (fault) => fault.function === undefined || fault.function === functionName);
      return first && (first.milliseconds ?? 0);
    },
  };
}
