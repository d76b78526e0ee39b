import { RejectedRecordsException, ValidationException } from '@aws-sdk/client-timestream-write';
import { type CircuitBreakerPolicy, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';

/** What it says of the records is an answer of a store in good health. */
const isStoreFault = (error: unknown): boolean =>
  !(error instanceof RejectedRecordsException || error instanceof ValidationException);

/**
 * Around each call to the telemetry store. After five failures in a row the store is left alone for ten seconds, while messages
 * wait in the retry queue; then one call tries it.
 */
export const storeBreaker = (): CircuitBreakerPolicy =>
  circuitBreaker(handleWhen(isStoreFault), { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
