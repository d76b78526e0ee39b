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
  readonly stages: Map<string, StageModel>;
}

export interface RouteModel {
  readonly key: string;
  readonly authorization: 'NONE' | 'AWS_IAM';
  readonly integrationId: string;
  readonly returnsResponse: boolean;
}

export interface IntegrationModel {
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
}

export interface StageModel {
  readonly name: string;
}

export interface CorsModel {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  readonly maxAge: number | undefined;
}
