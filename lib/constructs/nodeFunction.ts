import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { platformEnv } from '../../functions/platform/env.ts';
import type { Configuration } from '../config.ts';
import { type HandlerFiles, handlerCode } from './handlerCode.ts';

/** What the construct gives every function by itself. */
type PlatformKey = keyof typeof platformEnv;

export interface NodeFunctionProps<Schema extends z.ZodType> {
  readonly configuration: Configuration;
  /** Handler file below functions/, as in `telemetry/ingest`. */
  readonly entry: string;
  readonly description: string;
  /** The schema that the handler parses at cold start: what it demands is what must be given here, or it doesn't compile. */
  readonly env: Schema;
  readonly environment: EnvironmentFor<Schema>;
  readonly timeout?: Duration;
  readonly memorySize?: number;
  /** Beside its code. */
  readonly files?: HandlerFiles;
}

export type EnvironmentFor<Schema extends z.ZodType> = {
  readonly [Key in Exclude<keyof z.input<Schema>, PlatformKey>]: string;
};

/** A Lambda function with this project's defaults: Node.js 24 on arm64, traced, its own log group and role. */
export class NodeFunction<Schema extends z.ZodType> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: NodeFunctionProps<Schema>) {
    super(scope, id);
    const { configuration, entry } = props;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${entry} may do`,
    });
    const logGroup = new LogGroup(this, 'Logs', {
      retention: configuration.retention.logDays,
      removalPolicy: configuration.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      code: handlerCode(entry, props.files),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout ?? Duration.seconds(10),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
      environment: {
        STAGE: configuration.stage,
        POWERTOOLS_SERVICE_NAME: entry.replace('/', '-'),
        POWERTOOLS_METRICS_NAMESPACE: 'Fieldline',
        LOG_LEVEL: 'INFO',
        // Stack traces in the log name lines of the sources.
        NODE_OPTIONS: '--enable-source-maps',
        ...(props.environment as Record<string, string>),
      },
    });
  }
}
