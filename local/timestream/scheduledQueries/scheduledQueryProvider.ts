import { NotHonoured, type ResourceProvider } from '../../resources/provider.ts';
import { AwsError } from '../../service.ts';
import { readDefinition, type ScheduledQueryDefinition } from './definition.ts';

/**
 * Scheduled queries of the template.
 * @param make answers the ARN of the query; `resource` names the template's resource
 */
export function scheduledQueryProvider(
  make: (definition: ScheduledQueryDefinition, resource: string) => Promise<string>,
): ResourceProvider {
  return {
    type: 'AWS::Timestream::ScheduledQuery',
    honoured: [
      'ScheduledQueryName',
      'QueryString',
      'ScheduleConfiguration.ScheduleExpression',
      'NotificationConfiguration.SnsConfiguration.TopicArn',
      'ScheduledQueryExecutionRoleArn',
      'TargetConfiguration.TimestreamConfiguration',
      'ErrorReportConfiguration.S3Configuration.BucketName',
      'ErrorReportConfiguration.S3Configuration.ObjectKeyPrefix',
    ],
    noEffect: {
      ClientToken: 'the resource itself says that it is the same',
      'ErrorReportConfiguration.S3Configuration.EncryptionOption': 'state on this machine is as safe as its disk',
      KmsKeyId: 'state on this machine is as safe as its disk',
      Tags: 'nothing reads them',
    },
    async provision({ properties, generatedName }) {
      const { ClientToken: _, KmsKeyId: _key, Tags: _tags, ScheduledQueryName: given, ...rest } = properties;
      const s3 = (rest['ErrorReportConfiguration'] ?? {}) as { S3Configuration?: Readonly<Record<string, unknown>> };
      const { EncryptionOption: _option, ...S3Configuration } = s3.S3Configuration ?? {};
      // CloudFormation's names are longer than a scheduled query's may be.
      const Name = given ?? generatedName.slice(-64).replace(/^-/, '');
      const refusing = async <T>(work: () => T | Promise<T>): Promise<T> => {
        try {
          return await work();
        } catch (error) {
          throw error instanceof AwsError ? new NotHonoured('Properties', error.message) : error;
        }
      };
      const definition = await refusing(() =>
        readDefinition({ ...rest, Name, ErrorReportConfiguration: { S3Configuration } }),
      );
      const arn = await refusing(() => make(definition, generatedName));
      return {
        ref: arn,
        attributes: {
          Arn: arn,
          SQName: definition.Name,
          SQQueryString: definition.QueryString,
          SQScheduledQueryExecutionRoleArn: definition.ScheduledQueryExecutionRoleArn,
        },
      };
    },
  };
}
