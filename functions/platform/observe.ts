import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Structured logs and EMF metrics; service, namespace and level come from POWERTOOLS_* and LOG_LEVEL. */
export const logger = new Logger();
export const metrics = new Metrics();
export { MetricUnit };

/** Without a metric there is nothing to write: publishing none is a warning in the log, one per call. */
export function publishMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
