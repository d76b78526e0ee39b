/** Error classes of a message. The first two are permanent, the others may pass. */
type FailureClass = 'validation' | 'authentication' | 'processing' | 'storage';

/** Why a message can't go on: an expected outcome, so a value and not a throw. */
export interface Failure {
  readonly failureClass: FailureClass;
  /** What was wrong and what would be right. */
  readonly reason: string;
}

/** A reason quotes what devices send, cut short: half a surrogate pair must not reach a store. */
const failure = (failureClass: FailureClass, reason: string): Failure => ({
  failureClass,
  reason: reason.toWellFormed(),
});

export const invalid = (reason: string): Failure => failure('validation', reason);
export const unauthentic = (reason: string): Failure => failure('authentication', reason);

/** A fault of this code at a message. */
export const processingFailure = (error: unknown): Failure => failure('processing', detailOf(error));

export const isPermanent = ({ failureClass }: Failure): boolean =>
  failureClass === 'validation' || failureClass === 'authentication';

export function isFailure(value: object): value is Failure {
  return 'failureClass' in value;
}

/** A fault while storing, as a failure of the message it concerns. */
export function storageFailure(what: string, error: unknown): Failure {
  return failure('storage', `${what}: ${detailOf(error)}`);
}

function detailOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
