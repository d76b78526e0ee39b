import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-timestream';
import type { Construct } from 'constructs';
import { type Configuration, telemetryNames } from './config.ts';

/**
 * Timestream for LiveAnalytics, alone in its stack: AWS takes it from accounts that used it before 2025-06-20 only, which
 * `npm run doctor` finds out before a deploy. Other stacks know the names, and import nothing from here.
 */
export class TimestreamStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { configuration } = props;
    const removalPolicy = configuration.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
    const names = telemetryNames(configuration);

    const rejected = new Bucket(this, 'RejectedRecords', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [
        { id: 'age', expiration: Duration.days(90), abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
    });
    const database = new CfnDatabase(this, 'Database', { databaseName: names.database });
    const table = new CfnTable(this, 'Telemetry', {
      databaseName: names.database,
      tableName: names.table,
      // JSON to the CDK, which passes the names on as they are: CloudFormation's.
      retentionProperties: {
        MemoryStoreRetentionPeriodInHours: String(configuration.retention.memoryStoreHours),
        MagneticStoreRetentionPeriodInDays: String(configuration.retention.magneticStoreDays),
      },
      magneticStoreWriteProperties: {
        EnableMagneticStoreWrites: true,
        MagneticStoreRejectedDataLocation: {
          S3Configuration: {
            BucketName: rejected.bucketName,
            EncryptionOption: 'SSE_S3',
            ObjectKeyPrefix: 'telemetry',
          },
        },
      },
    });
    table.addResourceDependency(database);
    for (const resource of [database, table]) {
      resource.applyRemovalPolicy(removalPolicy);
      Validations.of(resource).acknowledge({
        id: 'CloudFormation-Validate::W3697',
        reason: 'In maintenance since 2025-06-20, and chosen all the same: docs/decisions/timestream-apart.md',
      });
    }

    new CfnOutput(this, 'DatabaseName', { value: names.database });
    new CfnOutput(this, 'TableName', { value: names.table });
  }
}
