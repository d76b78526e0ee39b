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
import { memberIndex } from '../functions/platform/records/directory.ts';
import { byApplicationIndex, byDeviceIndex } from '../functions/platform/records/messages.ts';
import { dueIndex } from '../functions/platform/records/presence.ts';
import { deviceIndexes, roomIndexes } from '../functions/platform/records/registry.ts';
import type { Configuration } from './config.ts';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

/** What outlives every deploy: who and what there is, message records, raw payloads, the journal of changes. */
export class DataStack extends Stack {
  /** Applications, members, device types, API keys, sessions, settings. */
  readonly directory: Table;
  readonly devices: Table;
  readonly rooms: Table;
  readonly messages: Table;
  readonly audit: Table;
  readonly events: Table;
  /** What expires by itself within a day or so: counts of requests, idempotency records, nonces, tickets. */
  readonly ephemeral: Table;
  readonly raw: Bucket;

  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { configuration } = props;

    this.directory = this.#table('Directory', configuration, { keys: [text('pk'), text('sk')], expires: true });
    this.directory.addGlobalSecondaryIndex({
      indexName: memberIndex.name,
      partitionKey: text(memberIndex.partitionKey),
      sortKey: text(memberIndex.sortKey),
    });

    this.devices = this.#table('Devices', configuration, { keys: [text('deviceId'), text('item')] });
    this.#index(this.devices, deviceIndexes);
    this.devices.addGlobalSecondaryIndex({
      indexName: dueIndex.name,
      partitionKey: text(dueIndex.partitionKey),
      sortKey: { name: dueIndex.sortKey, type: AttributeType.NUMBER },
      // Heartbeats, which it says nothing of, are then no writes of the index.
      projectionType: ProjectionType.KEYS_ONLY,
    });

    this.rooms = this.#table('Rooms', configuration, { keys: [text('roomId'), text('item')] });
    this.#index(this.rooms, roomIndexes);

    this.messages = this.#table('Messages', configuration, {
      keys: [text('messageKey'), text('entry')],
      expires: true,
    });
    for (const [indexName, partitionKey] of [
      [byDeviceIndex, 'deviceId'],
      [byApplicationIndex, 'applicationDay'],
    ] as const) {
      this.messages.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partitionKey),
        sortKey: { name: 'receivedAt', type: AttributeType.NUMBER },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [
          ...(partitionKey === 'deviceId' ? [] : ['deviceId']),
          'messageId',
          'disposition',
          'eventTime',
          'points',
          'reason',
        ],
      });
    }

    this.audit = this.#journal('Audit', 'auditId', configuration);
    this.events = this.#journal('Events', 'eventId', configuration);

    this.ephemeral = new Table(this, 'Ephemeral', {
      partitionKey: text('id'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.raw = this.#rawBucket(configuration);

    const tables = {
      Directory: this.directory,
      Devices: this.devices,
      Rooms: this.rooms,
      Messages: this.messages,
      Audit: this.audit,
      Events: this.events,
    };
    for (const [name, table] of Object.entries(tables)) {
      new CfnOutput(this, `${name}TableName`, { value: table.tableName });
    }
    // By name, here: what the CDK exports as it meets it comes in an order that differs from one synthesis to the next.
    for (const table of [...Object.values(tables), this.ephemeral]) this.exportValue(table.tableArn);
    new CfnOutput(this, 'RawBucketName', { value: this.raw.bucketName });
  }

  #index(table: Table, indexes: typeof deviceIndexes | typeof roomIndexes): void {
    for (const [indexName, { partitionKey, sortKey }] of Object.entries(indexes))
      table.addGlobalSecondaryIndex({ indexName, partitionKey: text(partitionKey), sortKey: text(sortKey) });
  }

  /** By application and time, and by what each entry is about. */
  #journal(id: string, sortKey: string, configuration: Configuration): Table {
    const table = this.#table(id, configuration, { keys: [text('applicationId'), text(sortKey)] });
    table.addGlobalSecondaryIndex({
      indexName: 'byEntity',
      partitionKey: text('entity'),
      sortKey: text(sortKey),
    });
    return table;
  }

  #table(
    id: string,
    { disposable }: Configuration,
    {
      keys: [partitionKey, sortKey],
      expires = false,
    }: { readonly keys: [Attribute, Attribute]; readonly expires?: boolean },
  ): Table {
    return new Table(this, id, {
      partitionKey,
      sortKey,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(expires && { timeToLiveAttribute: 'expiresAt' }),
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
