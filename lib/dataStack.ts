import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, ProjectionType, StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { memberIndex } from '../functions/platform/records/directory.ts';
import { byApplicationIndex, byDeviceIndex } from '../functions/platform/records/messages.ts';
import { dueIndex } from '../functions/platform/records/presence.ts';
import { deviceIndexes, roomIndexes } from '../functions/platform/records/registry.ts';
import { expiringIndex } from '../functions/twin/twinItems.ts';
import type { Configuration } from './config.ts';
import { createTable, text } from './constructs/tables.ts';

/** What outlives every deploy: who and what there is, message records, raw payloads, the journal of changes. */
export class DataStack extends Stack {
  /** Applications, members, device types, API keys, sessions, settings. */
  readonly directory: Table;
  readonly devices: Table;
  readonly rooms: Table;
  readonly messages: Table;
  readonly audit: Table;
  readonly events: Table;
  /** What Fieldline knows of shadows beside the shadows: states, requests, history. */
  readonly twins: Table;
  /** What expires by itself within a day or so: counts of requests, idempotency records, nonces, tickets. */
  readonly ephemeral: Table;
  readonly raw: Bucket;
  /** Events by day, for questions about them. */
  readonly analytics: Bucket;

  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { configuration } = props;

    this.directory = createTable(this, 'Directory', {
      configuration,
      keys: [text('pk'), text('sk')],
      timeToLiveAttribute: 'expiresAt',
    });
    this.directory.addGlobalSecondaryIndex({
      indexName: memberIndex.name,
      partitionKey: text(memberIndex.partitionKey),
      sortKey: text(memberIndex.sortKey),
    });

    this.devices = createTable(this, 'Devices', { configuration, keys: [text('deviceId'), text('item')] });
    this.#index(this.devices, deviceIndexes);
    this.devices.addGlobalSecondaryIndex({
      indexName: dueIndex.name,
      partitionKey: text(dueIndex.partitionKey),
      sortKey: { name: dueIndex.sortKey, type: AttributeType.NUMBER },
      // Heartbeats, which it says nothing of, are then no writes of the index.
      projectionType: ProjectionType.KEYS_ONLY,
    });

    this.rooms = createTable(this, 'Rooms', { configuration, keys: [text('roomId'), text('item')] });
    this.#index(this.rooms, roomIndexes);

    this.messages = createTable(this, 'Messages', {
      configuration,
      keys: [text('messageKey'), text('entry')],
      timeToLiveAttribute: 'expiresAt',
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
    // Its stream is what tells others: an event is written with what happened, and from there on none is lost.
    this.events = this.#journal('Events', 'eventId', configuration, StreamViewType.NEW_IMAGE);

    this.twins = createTable(this, 'Twins', {
      configuration,
      keys: [text('twin'), text('entry')],
      timeToLiveAttribute: 'expiresAt',
    });
    this.twins.addGlobalSecondaryIndex({
      indexName: expiringIndex.name,
      partitionKey: text(expiringIndex.partitionKey),
      sortKey: { name: expiringIndex.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });

    this.ephemeral = createTable(this, 'Ephemeral', {
      configuration,
      keys: [text('id')],
      timeToLiveAttribute: 'expiresAt',
      shortLived: true,
    });

    const { rawDays, rawInfrequentAccessDays, eventDays } = configuration.retention;
    this.raw = this.#bucket('Raw', configuration, {
      expiration: Duration.days(rawDays),
      ...(rawDays > rawInfrequentAccessDays && {
        transitions: [
          {
            storageClass: StorageClass.INFREQUENT_ACCESS,
            transitionAfter: Duration.days(rawInfrequentAccessDays),
          },
        ],
      }),
    });
    this.analytics = this.#bucket('Analytics', configuration, { expiration: Duration.days(eventDays) });

    const tables = {
      Directory: this.directory,
      Devices: this.devices,
      Rooms: this.rooms,
      Messages: this.messages,
      Audit: this.audit,
      Events: this.events,
      Twins: this.twins,
    };
    for (const [name, table] of Object.entries(tables)) {
      new CfnOutput(this, `${name}TableName`, { value: table.tableName });
    }
    // By name, here: what the CDK exports as it meets it comes in an order that differs from one synthesis to the next.
    for (const table of [...Object.values(tables), this.ephemeral]) this.exportValue(table.tableArn);
    this.exportValue(this.events.tableStreamArn);
    new CfnOutput(this, 'RawBucketName', { value: this.raw.bucketName });
    new CfnOutput(this, 'AnalyticsBucketName', { value: this.analytics.bucketName });
    new CfnOutput(this, 'EphemeralTableName', { value: this.ephemeral.tableName });
  }

  #index(table: Table, indexes: typeof deviceIndexes | typeof roomIndexes): void {
    for (const [indexName, { partitionKey, sortKey }] of Object.entries(indexes))
      table.addGlobalSecondaryIndex({ indexName, partitionKey: text(partitionKey), sortKey: text(sortKey) });
  }

  /** By application and time, and by what each entry is about. */
  #journal(id: string, sortKey: string, configuration: Configuration, stream?: StreamViewType): Table {
    const table = createTable(this, id, {
      configuration,
      keys: [text('applicationId'), text(sortKey)],
      ...(stream && { stream }),
    });
    table.addGlobalSecondaryIndex({
      indexName: 'byEntity',
      partitionKey: text('entity'),
      sortKey: text(sortKey),
    });
    return table;
  }

  #bucket(id: string, { disposable }: Configuration, age: Pick<LifecycleRule, 'expiration' | 'transitions'>): Bucket {
    return new Bucket(this, id, {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      lifecycleRules: [{ id: 'age', abortIncompleteMultipartUploadAfter: Duration.days(1), ...age }],
    });
  }
}
