/** What an access log line of API Gateway says: who, what, and how it ended; no query string, for it may carry a signature. */
export const accessLogFormat = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.messageString',
  latency: '$context.integrationLatency',
});
