/** What the edge and the services of the local cloud say to each other. */

/** Who signed a request: the account's own key (outputs.json), or the role of a function or of a rule. */
export type Principal =
  | { readonly kind: 'account'; readonly arn: string }
  | { readonly kind: 'role'; readonly roleArn: string; readonly arn: string };

export interface AwsRequest {
  /** Signing name from the credential scope: `dynamodb`, `sqs`, `s3`, `timestream`, `iot`, `execute-api`, … */
  readonly service: string;
  readonly region: string;
  /** The part of X-Amz-Target after the last dot, in JSON protocols. */
  readonly operation: string | undefined;
  readonly method: string;
  /** Path as sent, not decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: Principal;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One permission that a request needs: an IAM action on a resource ARN (`*` where the action takes none). */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of this request, e.g. `dynamodb:LeadingKeys`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** An AWS service as the edge sees it. */
export interface AwsService {
  /** Signing names that the edge routes here. */
  readonly signingNames: readonly string[];
  /** What the caller's role must allow. An operation that is not honoured throws AwsError by name. */
  permissions(request: AwsRequest): readonly Permission[];
  handle(request: AwsRequest): AwsResponse | Promise<AwsResponse>;
  /** Turns a failure into the service's own wire form. */
  error(error: AwsError, request: AwsRequest): AwsResponse;
  close?(): void | Promise<void>;
}

/** A failure as AWS names it: code, message and HTTP status, with more fields where the service gives them. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** Error in the AWS JSON 1.0 and 1.1 protocols (Smithy: "AWS JSON 1.0 protocol", operation error serialization). */
export function jsonError(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.fields }),
  };
}

/** Error in the AWS REST JSON protocol (Smithy: "AWS restJson1 protocol"). */
export function restJsonError(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ message: error.message, ...error.fields }),
  };
}
