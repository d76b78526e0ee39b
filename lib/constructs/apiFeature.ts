import type { Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, HttpNoneAuthorizer, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { apiEnv } from '../../functions/platform/http/apiEnv.ts';
import type { Operation, Operations } from '../../functions/platform/http/operation.ts';
import { memberIndex } from '../../functions/platform/records/directory.ts';
import type { Configuration } from '../config.ts';
import type { DataStack } from '../dataStack.ts';
import type { HandlerFiles } from './handlerCode.ts';
import { type EnvironmentFor, NodeFunction } from './nodeFunction.ts';

export interface ApiFeatureProps<Schema extends z.ZodType> {
  readonly configuration: Configuration;
  readonly api: HttpApi;
  /** Of people. What is public, or signed by a device's key, has none. */
  readonly authorizer: IHttpRouteAuthorizer;
  readonly data: DataStack;
  /** Handler file below functions/, as in `devices/api`. */
  readonly entry: string;
  readonly description: string;
  /** What its handler answers: a route each. */
  readonly operations: Operations;
  readonly env: Schema;
  /** Besides what every function of the API is given. */
  readonly environment: Omit<EnvironmentFor<Schema>, keyof typeof apiEnv>;
  /** Besides what the checks of its operations need. */
  readonly statements?: readonly PolicyStatement[];
  readonly timeout?: Duration;
  readonly memorySize?: number;
  /** Beside the function's code. */
  readonly files?: HandlerFiles;
}

/** A feature of the HTTP API: its function, a route for each operation, and the grants that their checks need. */
export class ApiFeature<Schema extends z.ZodType> extends Construct {
  constructor(scope: Construct, id: string, props: ApiFeatureProps<Schema>) {
    super(scope, id);
    const { api, authorizer, operations, data, configuration, environment, statements = [], ...rest } = props;
    const { function: handler } = new NodeFunction(this, 'Handler', {
      ...rest,
      configuration,
      environment: {
        DIRECTORY_TABLE: data.directory.tableName,
        DEVICES_TABLE: data.devices.tableName,
        ROOMS_TABLE: data.rooms.tableName,
        AUDIT_TABLE: data.audit.tableName,
        EPHEMERAL_TABLE: data.ephemeral.tableName,
        REQUESTS_PER_MINUTE: String(configuration.requestsPerMinute),
        ...environment,
      } as unknown as EnvironmentFor<Schema>,
    });
    const declared: Operation[] = Object.values(operations);
    for (const statement of [...checkStatements(declared, data), ...statements]) handler.addToRolePolicy(statement);

    // One permission for all routes: a policy of a function holds 20 KB.
    const integration = new HttpLambdaIntegration('Integration', handler, { scopePermissionToRoute: false });
    for (const { method, path, access } of declared) {
      api.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration,
        authorizer: isSignedIn(access) ? authorizer : new HttpNoneAuthorizer(),
      });
    }
  }
}

const isSignedIn = (access: Operation['access']): boolean => access !== 'public' && access !== 'apiKey';

/** What functions/platform/http asks DynamoDB for these operations. */
function checkStatements(operations: readonly Operation[], data: DataStack): PolicyStatement[] {
  const allow = (actions: readonly string[], ...resources: string[]) =>
    new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources });
  const isAbout = (kind: string) => operations.some(({ access }) => typeof access === 'object' && access.of === kind);
  return [
    ...(operations.some(({ access }) => access !== 'apiKey') ? [allow(['UpdateItem'], data.ephemeral.tableArn)] : []),
    ...(operations.some(
      ({ method, access, answersSecret }) => method === 'POST' && access !== 'apiKey' && answersSecret !== true,
    )
      ? [allow(['PutItem', 'DeleteItem'], data.ephemeral.tableArn)]
      : []),
    ...(operations.some(({ access }) => isSignedIn(access))
      ? [
          allow(['GetItem'], data.directory.tableArn),
          allow(['Query'], `${data.directory.tableArn}/index/${memberIndex.name}`),
        ]
      : []),
    ...(isAbout('device') || isAbout('message') ? [allow(['GetItem'], data.devices.tableArn)] : []),
    ...(isAbout('message') ? [allow(['GetItem', 'Query'], data.messages.tableArn)] : []),
    ...(isAbout('room') ? [allow(['GetItem'], data.rooms.tableArn)] : []),
    ...(operations.some(({ method, access }) => method !== 'GET' && typeof access === 'object')
      ? [allow(['PutItem'], data.audit.tableArn)]
      : []),
  ];
}
