import type { HttpApi, IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Configuration } from '../config.ts';
import type { DataStack } from '../dataStack.ts';

/** What every feature of the HTTP API is made with. */
export interface FeatureProps {
  readonly configuration: Configuration;
  readonly api: HttpApi;
  readonly authorizer: IHttpRouteAuthorizer;
  readonly data: DataStack;
}

/** A statement, not a grant: grants of tables add every index, those of buckets tags and legal holds. */
export const allow = (actions: readonly string[], ...resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });
