import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Structured logs and EMF metrics; service, namespace and level come from POWERTOOLS_* and LOG_LEVEL. */
export const logger = new Logger();
export const metrics = new Metrics();
export { MetricUnit };
