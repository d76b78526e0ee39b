import { z } from 'zod';
import { type Body, readInput } from '../input.ts';

const column = z.string().min(1);
const attribute = z.strictObject({
  SourceColumn: column,
  TargetMultiMeasureAttributeName: column.optional(),
  MeasureValueType: z.enum(['BIGINT', 'BOOLEAN', 'DOUBLE', 'VARCHAR', 'TIMESTAMP']),
});
const attributes = z.array(attribute).min(1);
const mixedMeasure = z
  .strictObject({
    MeasureName: column.optional(),
    SourceColumn: column.optional(),
    TargetMeasureName: column.optional(),
    MeasureValueType: z.enum(['BIGINT', 'BOOLEAN', 'DOUBLE', 'VARCHAR', 'MULTI']),
    MultiMeasureAttributeMappings: attributes.optional(),
  })
  .refine(
    ({ MeasureValueType: type, SourceColumn: source, MultiMeasureAttributeMappings: mappings }) =>
      type === 'MULTI'
        ? mappings !== undefined && source === undefined
        : mappings === undefined && source !== undefined,
    'MULTI takes MultiMeasureAttributeMappings, any other type a SourceColumn',
  );
const target = z
  .strictObject({
    DatabaseName: column,
    TableName: column,
    TimeColumn: column,
    DimensionMappings: z.array(z.strictObject({ Name: column, DimensionValueType: z.literal('VARCHAR') })).min(1),
    MultiMeasureMappings: z
      .strictObject({ TargetMultiMeasureName: column.optional(), MultiMeasureAttributeMappings: attributes })
      .optional(),
    MixedMeasureMappings: z.array(mixedMeasure).min(1).optional(),
    MeasureNameColumn: column.optional(),
  })
  .refine(
    ({ MultiMeasureMappings: multi, MixedMeasureMappings: mixed }) => (multi === undefined) !== (mixed === undefined),
    'one of MultiMeasureMappings and MixedMeasureMappings is to be given',
  )
  .refine(
    ({ MeasureNameColumn: named, MultiMeasureMappings: multi }) =>
      multi === undefined || (named === undefined) !== (multi.TargetMultiMeasureName === undefined),
    'MultiMeasureMappings takes its measure name from TargetMultiMeasureName or from MeasureNameColumn',
  )
  .refine(
    ({ MeasureNameColumn: named, MixedMeasureMappings: mixed = [] }) =>
      mixed.every(({ MeasureName: name, TargetMeasureName: renamed, MeasureValueType: type }) =>
        named !== undefined ? name !== undefined : type !== 'MULTI' || (name ?? renamed) !== undefined,
      ),
    'each of MixedMeasureMappings needs a MeasureName beside a MeasureNameColumn, and a MULTI one some name',
  );

const definition = z.strictObject({
  Name: z
    .string()
    .max(64)
    .regex(/^[a-zA-Z0-9|!\-_*'()][a-zA-Z0-9!\-_*'()/.]+$/, 'it is no name of a scheduled query'),
  QueryString: z.string().min(1).max(262_144),
  ScheduleConfiguration: z.strictObject({ ScheduleExpression: z.string().min(1).max(256) }),
  NotificationConfiguration: z.strictObject({ SnsConfiguration: z.strictObject({ TopicArn: column }) }),
  TargetConfiguration: z.strictObject({ TimestreamConfiguration: target }).optional(),
  ScheduledQueryExecutionRoleArn: column,
  ErrorReportConfiguration: z.strictObject({
    S3Configuration: z.strictObject({
      BucketName: z.string().min(3),
      ObjectKeyPrefix: z.string().min(1).max(896).optional(),
      EncryptionOption: z.literal('SSE_S3').optional(),
    }),
  }),
});

/** AWS: "CreateScheduledQuery" (Timestream for LiveAnalytics API reference). */
export type ScheduledQueryDefinition = z.output<typeof definition>;
export type TargetConfiguration = z.output<typeof target>;

/** @throws AwsError ValidationException naming what isn't right, or isn't honoured. */
export const readDefinition = (body: Body): ScheduledQueryDefinition => readInput(definition, body);
