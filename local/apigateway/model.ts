import type { IdentitySource } from './identitySource.ts';

/** APIs as the template describes them. */

export interface ApiModel {
  readonly apiId: string;
  readonly name: string;
  readonly protocol: 'HTTP' | 'WEBSOCKET';
  /** `$request.body.action` and the like; HTTP APIs have their own. */
  readonly routeSelection: string;
  readonly cors: CorsModel | undefined;
  /** Route key → route. */
  readonly routes: Map<string, RouteModel>;
  /** Integration id → function ARN. */
  readonly integrations: Map<string, IntegrationModel>;
  readonly authorizers: Map<string, AuthorizerModel>;
  readonly stages: Set<string>;
}

export interface RouteModel {
  readonly id: string;
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM' | 'CUSTOM' | 'JWT';
  /** Of a route that isn't open or IAM's. */
  readonly authorizer: AuthorizerModel | undefined;
  /** One of them must be in a JWT, if there are any. */
  readonly scopes: readonly string[];
  readonly integrationId: string;
  /** Whether it selects a response, and has one to select (AWS::ApiGatewayV2::RouteResponse): WebSocket clients get an answer with both. */
  readonly selectsResponse: boolean;
  hasResponse: boolean;
}

export type AuthorizerModel = LambdaAuthorizerModel | JwtAuthorizerModel;

export interface LambdaAuthorizerModel {
  readonly kind: 'lambda';
  readonly id: string;
  readonly functionArn: string;
  readonly identitySources: readonly IdentitySource[];
  readonly simpleResponses: boolean;
  /** 0 asks the function each time. */
  readonly ttlMilliseconds: number;
}

export interface JwtAuthorizerModel {
  readonly kind: 'jwt';
  readonly id: string;
  readonly identitySource: IdentitySource;
  readonly issuer: string;
  readonly audience: readonly string[];
}

interface IntegrationModel {
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

export interface CorsModel {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  readonly maxAge: number | undefined;
}

/** `arn:…:apigateway:…:path/2015-03-31/functions/<function ARN>/invocations`, or the ARN itself. */
export function functionArn(uri: string): string {
  return /functions\/(arn:[^/]+)\/invocations/.exec(uri)?.[1] ?? uri;
}
