/** Error classes of a message. The first two are permanent, the others may pass. */
export type FailureClass = 'validation' | 'authentication' | 'processing' | 'storage';

/** Why a message can't go on: an expected outcome, so a value and not a throw. */
export interface Failure {
  readonly failureClass: FailureClass;
  /** What was wrong and what would be right. */
  readonly reason: string;
}

export const invalid = (reason: string): Failure => ({ failureClass: 'validation', reason });
export const unauthentic = (reason: string): Failure => ({ failureClass: 'authentication', reason });

export const isPermanent = ({ failureClass }: Failure): boolean =>
  failureClass === 'validation' || failureClass === 'authentication';

export function isFailure(value: object): value is Failure {
  return 'failureClass' in value;
}

/** A fault while storing, as a failure of the message it concerns. */
export function storageFailure(what: string, error: unknown): Failure {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { failureClass: 'storage', reason: `${what}: ${detail}` };
}
