import { expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ComposedApp } from './composedApp.ts';

const app = new ComposedApp({ stage: 'prod', memoryStoreHours: 12, magneticStoreDays: 400 });
const timestream = Template.fromJSON(app.templates['Timestream'] ?? {});

test('Timestream is alone in its stack, with the bucket of the records that it rejects', () => {
  const types = Object.values(timestream.toJSON()['Resources'] as Record<string, { Type: string }>);
  expect(types.map(({ Type }) => Type).sort()).toEqual([
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::Timestream::Database',
    'AWS::Timestream::Table',
  ]);
});

test('it exports nothing, imports nothing, and nobody imports from it', () => {
  for (const output of Object.values(timestream.findOutputs('*'))) expect(output['Export']).toBeUndefined();
  expect(JSON.stringify(timestream.toJSON())).not.toContain('Fn::ImportValue');
  for (const template of Object.values(app.templates)) {
    expect(JSON.stringify(template)).not.toContain('Fieldline-prod-Timestream');
  }
});

test('it is there before the functions that write to it', () => {
  const dependencies = app.stacks['Ingestion']?.dependencies;
  expect(dependencies).toContain('Timestream');
});

test('its table is spelled as CloudFormation spells it, and takes late records', () => {
  timestream.hasResource('AWS::Timestream::Table', {
    DependsOn: ['Database'],
    Properties: {
      DatabaseName: 'fieldline-prod',
      TableName: 'telemetry',
      RetentionProperties: {
        MemoryStoreRetentionPeriodInHours: '12',
        MagneticStoreRetentionPeriodInDays: '400',
      },
      MagneticStoreWriteProperties: {
        EnableMagneticStoreWrites: true,
        MagneticStoreRejectedDataLocation: {
          S3Configuration: {
            BucketName: { Ref: Match.stringLikeRegexp('^RejectedRecords') },
            EncryptionOption: 'SSE_S3',
            ObjectKeyPrefix: 'telemetry',
          },
        },
      },
    },
  });
});
