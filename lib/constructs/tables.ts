import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  type StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Configuration } from '../config.ts';

export interface TableSettings {
  readonly configuration: Pick<Configuration, 'disposable'>;
  /** Partition key, and sort key. */
  readonly keys: readonly [Attribute, Attribute?];
  /** Epoch seconds after which DynamoDB deletes the item. */
  readonly timeToLiveAttribute?: string;
  readonly stream?: StreamViewType;
  /** Nothing in it is worth anything after a day: no stage retains it. */
  readonly shortLived?: boolean;
}

export const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** A table with this project's defaults: paid by request, encrypted, recoverable to a point in time, retained where it matters. */
export function createTable(
  scope: Construct,
  id: string,
  { configuration, keys: [partitionKey, sortKey], timeToLiveAttribute, stream, shortLived = false }: TableSettings,
): Table {
  const disposable = shortLived || configuration.disposable;
  return new Table(scope, id, {
    partitionKey,
    ...(sortKey && { sortKey }),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    ...(!shortLived && { deletionProtection: !disposable }),
    removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    ...(timeToLiveAttribute !== undefined && { timeToLiveAttribute }),
    ...(stream && { stream }),
  });
}
