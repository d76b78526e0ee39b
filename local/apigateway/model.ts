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
  readonly stages: Set<string>;
}

export interface RouteModel {
  readonly id: string;
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly integrationId: string;
  /** Whether it selects a response, and has one to select (AWS::ApiGatewayV2::RouteResponse): WebSocket clients get an answer with both. */
  readonly selectsResponse: boolean;
  hasResponse: boolean;
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
