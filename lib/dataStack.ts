import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership, StorageClass } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Configuration } from './config.ts';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** What outlives every deploy: devices, rooms, message records, raw payloads. */
export class DataStack extends Stack {
  readonly devices: Table;
  readonly rooms: Table;
  readonly messages: Table;
  readonly raw: Bucket;

  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { configuration } = props;

    this.devices = this.#table('Devices', configuration, text('deviceId'), text('item'));
    this.devices.addGlobalSecondaryIndex({
      indexName: 'byApplication',
      partitionKey: text('applicationId'),
      sortKey: text('deviceId'),
    });

    this.rooms = this.#table('Rooms', configuration, text('roomId'), text('item'));
    this.rooms.addGlobalSecondaryIndex({
      indexName: 'byApplication',
      partitionKey: text('applicationId'),
      sortKey: text('roomId'),
    });

    this.messages = this.#table('Messages', configuration, text('messageKey'), text('entry'), 'expiresAt');
    this.messages.addGlobalSecondaryIndex({
      indexName: 'byDevice',
      partitionKey: text('deviceId'),
      sortKey: { name: 'receivedAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['messageId', 'disposition', 'eventTime', 'points', 'reason'],
    });

    this.raw = this.#rawBucket(configuration);

    new CfnOutput(this, 'DevicesTableName', { value: this.devices.tableName });
    new CfnOutput(this, 'RoomsTableName', { value: this.rooms.tableName });
    new CfnOutput(this, 'MessagesTableName', { value: this.messages.tableName });
    new CfnOutput(this, 'RawBucketName', { value: this.raw.bucketName });
  }

  #table(
    id: string,
    { disposable }: Configuration,
    partitionKey: Attribute,
    sortKey: Attribute,
    timeToLiveAttribute?: string,
  ): Table {
    return new Table(this, id, {
      partitionKey,
      sortKey,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(timeToLiveAttribute !== undefined && { timeToLiveAttribute }),
    });
  }

  #rawBucket({ disposable, retention }: Configuration): Bucket {
    return new Bucket(this, 'Raw', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'age',
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          expiration: Duration.days(retention.rawDays),
          ...(retention.rawDays > retention.rawInfrequentAccessDays && {
            transitions: [
              {
                storageClass: StorageClass.INFREQUENT_ACCESS,
                transitionAfter: Duration.days(retention.rawInfrequentAccessDays),
              },
            ],
          }),
        },
      ],
    });
  }
}
