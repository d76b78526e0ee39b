import type { HttpApi, IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { Configuration } from '../config.ts';
import type { DataStack } from '../dataStack.ts';

/** What every feature of the HTTP API is made with. */
export interface FeatureProps {
  readonly configuration: Configuration;
  readonly api: HttpApi;
  readonly authorizer: IHttpRouteAuthorizer;
  readonly data: DataStack;
}

export { allow } from '../constructs/statement.ts';
