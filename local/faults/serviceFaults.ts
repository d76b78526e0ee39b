import { AwsError } from '../service.ts';

/** How each service refuses who asks too often: code, message, HTTP status (the API references: "Common errors", and each operation's). */
const throttling: Readonly<Record<string, readonly [string, string, number]>> = {
  // Of a table on demand (Amazon DynamoDB: "Error handling").
  dynamodb: [
    'ThrottlingException',
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
    400,
  ],
  s3: ['SlowDown', 'Please reduce your request rate.', 503],
  sqs: ['RequestThrottled', 'The request was denied due to request throttling.', 400],
  lambda: ['TooManyRequestsException', 'Rate Exceeded.', 429],
  'execute-api': ['LimitExceededException', 'Too Many Requests', 429],
  iot: ['ThrottlingException', 'Rate exceeded', 429],
  iotdata: ['ThrottlingException', 'Rate exceeded', 429],
  iotdevicegateway: ['ThrottlingException', 'Rate exceeded', 429],
};

export function throttlingError(service: string): AwsError {
  const [code, message, status] = throttling[service] ?? ['ThrottlingException', 'Rate exceeded', 400];
  return new AwsError(code, message, status);
}

/** What each service calls a fault of its own (HTTP 500). */
const internal: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  timestream: 'InternalServerException',
  s3: 'InternalError',
  lambda: 'ServiceException',
  iot: 'InternalFailureException',
  iotdata: 'InternalFailureException',
};

export function serverError(service: string, status: number): AwsError {
  if (status === 500)
    return new AwsError(
      internal[service] ?? 'InternalFailure',
      'We encountered an internal error. Please try again.',
      500,
    );
  const code = { 502: 'BadGateway', 503: 'ServiceUnavailable', 504: 'GatewayTimeout' }[status] ?? 'InternalFailure';
  return new AwsError(code, 'The service is unable to handle the request. Please try again.', status);
}
