import { randomUUID } from 'node:crypto';
import type { CloudContext } from '../../context.ts';
import { authorizeRole, callAsRole, type RoleAccess } from '../../identity/callAsRole.ts';
import type { Clockwork } from '../../scheduler/clockwork.ts';
import type { AwsService } from '../../service.ts';
import { invalid } from '../input.ts';
import type { ScheduledQueryDefinition } from './definition.ts';

const servicePrincipal = 'timestream.amazonaws.com';

/** What scheduled queries use of the rest of the cloud. */
export interface ScheduledQueryPorts {
  readonly access: RoleAccess;
  readonly clockwork: Clockwork;
  /** Notifications go to SNS, error reports to S3. */
  readonly services: readonly AwsService[];
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** What Timestream does with the execution role of a scheduled query. Everything throws AwsError when the role may not. */
export function asExecutionRole(
  context: CloudContext,
  { access, services }: ScheduledQueryPorts,
  arn: string,
  definition: Pick<
    ScheduledQueryDefinition,
    'ScheduledQueryExecutionRoleArn' | 'NotificationConfiguration' | 'ErrorReportConfiguration'
  >,
) {
  const role = definition.ScheduledQueryExecutionRoleArn;
  const { BucketName: bucket, ObjectKeyPrefix: prefix } = definition.ErrorReportConfiguration.S3Configuration;
  const { TopicArn: topic } = definition.NotificationConfiguration.SnsConfiguration;
  const call = (signingName: string) => {
    const service = services.find(({ signingNames }) => signingNames.includes(signingName));
    if (!service) throw invalid(`The local cloud has no ${signingName} for scheduled queries.`);
    return callAsRole({ context, access, servicePrincipal, sessionName: 'scheduled-query' }, service, role);
  };
  const id = arn.slice(arn.indexOf('scheduled-query/') + 'scheduled-query/'.length);

  return {
    authorize: (action: string, resource: string) =>
      authorizeRole(access, servicePrincipal, role, { action, resource }),
    /** AWS: "Scheduled query notification messages". */
    notify: async (type: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> => {
      const attributes = { notificationType: type, queryArn: arn };
      const fields = Object.entries(attributes).flatMap(([name, value], index) => [
        [`MessageAttributes.entry.${index + 1}.Name`, name],
        [`MessageAttributes.entry.${index + 1}.Value.DataType`, 'String'],
        [`MessageAttributes.entry.${index + 1}.Value.StringValue`, value],
      ]);
      const body = new URLSearchParams({
        Action: 'Publish',
        TopicArn: topic,
        Message: JSON.stringify({ type, arn, ...more }),
        ...Object.fromEntries(fields),
        ...(topic.endsWith('.fifo') && { MessageGroupId: id, MessageDeduplicationId: randomUUID() }),
      });
      await call('sns')({ body: body.toString() });
    },
    /** Puts an error report where AWS puts it (AWS: "Scheduled query error reports", location), and answers where that is. */
    report: async (
      { invocation, trigger, manual }: { invocation: number; trigger: number; manual: boolean },
      errors: readonly unknown[],
    ): Promise<{ bucket: string; key: string }> => {
      const when = `${Math.floor(invocation / 1000)}/${manual ? 'MANUAL' : 'AUTO'}/${trigger}`;
      const key = `${prefix === undefined ? '' : `${prefix}/`}${id}/${when}/${randomUUID()}`;
      const reportId = randomUUID().replaceAll('-', '').toUpperCase();
      await call('s3')({
        method: 'PUT',
        path: `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ reportId, errors }),
      });
      return { bucket, key };
    },
    /** AWS looks at the bucket's ACL before it trusts it with reports; buckets have none here. */
    checkBucket: async (): Promise<void> => {
      const permissions = [{ action: 's3:GetBucketAcl', resource: `arn:aws:s3:::${bucket}` }];
      await call('s3')({ method: 'HEAD', path: `/${bucket}`, permissions });
    },
  };
}
