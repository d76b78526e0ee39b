import { spawn } from 'node:child_process';
import { CloudFormationClient, DescribeStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { readConfiguration } from '../lib/config.ts';
import { noArguments, readCommandLine, runCommand } from './commandLine.ts';
import { stackName } from './target.ts';

const usage = `
npm run destroy -- [--stage STAGE]

Takes a stage down on AWS, with the credentials and the region of the environment. The CDK's command line asks before it does.
In the stages dev, test and local, buckets are emptied first, for CloudFormation deletes no bucket that holds something. In every
other stage tables and buckets stay.

  --stage STAGE   which (default dev)
`;

async function main(): Promise<number> {
  const { stage } = readCommandLine({
    usage,
    options: { stage: { type: 'string' } },
    schema: z.object({ arguments: noArguments, stage: z.string().min(1).default('dev') }),
  });
  const { disposable } = readConfiguration((key) => (key === 'stage' ? stage : undefined));
  if (disposable) await emptyBuckets(stage);
  const cdk = spawn('cdk', ['destroy', '--all', '-c', `stage=${stage}`], { stdio: 'inherit' });
  return await new Promise<number>((resolve, reject) =>
    cdk.once('error', reject).once('close', (code) => resolve(code ?? 1)),
  );
}

async function emptyBuckets(stage: string): Promise<void> {
  const s3 = new S3Client({});
  for (const bucket of await bucketsOf(stage)) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
      const Objects = Contents.map(({ Key }) => ({ Key }));
      if (Objects.length === 0) continue;
      await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      console.error(`${bucket}: ${Objects.length} objects deleted`);
    }
  }
}

async function bucketsOf(stage: string): Promise<string[]> {
  const cloudFormation = new CloudFormationClient({});
  const buckets: string[] = [];
  for (const stack of ['Data', 'Timestream'] as const) {
    const { StackResources = [] } = await cloudFormation
      .send(new DescribeStackResourcesCommand({ StackName: stackName(stage, stack) }))
      .catch((error: Error) => {
        // Gone already, or never there.
        if (error.name === 'ValidationError') return { StackResources: [] };
        throw error;
      });
    for (const { ResourceType, PhysicalResourceId } of StackResources) {
      if (ResourceType === 'AWS::S3::Bucket' && PhysicalResourceId !== undefined) buckets.push(PhysicalResourceId);
    }
  }
  return buckets;
}

await runCommand('destroy', main);
