/** The endpoint has no such service, operation or place: not that it behaves otherwise than AWS. */
export class NotSupported extends Error {
  override readonly name = 'NotSupported';
}

/** How the table finds them among the failures. */
export const notSupportedPrefix = 'Not supported here: ';

const noAnswer =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|socket hang up|TimeoutError/;
/** The device SDK's names for the same. */
const noBroker =
  /AWS_IO_SOCKET_(CONNECTION_REFUSED|TIMEOUT|NO_ROUTE_TO_HOST|NETWORK_DOWN|CLOSED)|AWS_IO_DNS|AWS_IO_TLS_NEGOTIATION_TIMEOUT/;
const unknownOperation =
  /^(UnknownOperation|UnknownService|InvalidAction|NotImplemented|UnsupportedOperation|NoSuchService|ServiceNotAvailable)(Exception)?$/;

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  /** Of the device SDK. */
  readonly error_name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly cause?: unknown;
  /** Of AggregateError. */
  readonly errors?: readonly unknown[];
}

/** Why an error means that the endpoint lacks what was asked of it; undefined when it means something else. */
export function lackOf(error: unknown): string | undefined {
  // By its form: Node.js's own errors are none of the realm that jest runs tests in.
  if (typeof error !== 'object' || error === null) return undefined;
  const { name = '', message = '', code = '', error_name = '', $metadata, cause, errors = [] }: Failure = error;
  const said = (message.split('\n')[0] ?? '').replace(/^AWS SDK error wrapper for /, '') || String(code) || name;
  // Something answers a waiter, only never what it waits for.
  if (message.startsWith('{"state":')) return undefined;
  if (error instanceof NotSupported) return message;
  if (noAnswer.test(`${name} ${code} ${message}`)) return `it does not answer (${said})`;
  if (noBroker.test(`${error_name} ${message}`)) return `no broker answers (${said})`;
  if (message.includes('operation to discover endpoint failed')) return 'endpoint discovery has no answer';
  if (unknownOperation.test(name) || $metadata?.httpStatusCode === 501)
    return `it does not know this (${name}: ${said})`;
  if (name === 'SyntaxError' || /XML parse error|Deserialization error|Unexpected token/.test(message))
    return `it answers in no form of this service (${said})`;
  return [cause, ...errors].map(lackOf).find((lack) => lack !== undefined);
}
