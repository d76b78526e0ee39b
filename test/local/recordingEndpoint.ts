import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const account = '000000000000';

interface RecordedStack {
  readonly name: string;
  /** The template of each change set that was made for it. */
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation takes
  readonly templates: any[];
  executed: boolean;
}

/** As much of STS, SSM, S3 and CloudFormation as the CDK's command line needs to deploy, and all that it put there. */
export interface RecordingEndpoint {
  readonly url: string;
  readonly stacks: Map<string, RecordedStack>;
  /** `bucket/key` → bytes. */
  readonly objects: Map<string, Buffer>;
  /** Access keys of the requests. */
  readonly accessKeys: Set<string>;
  close(): Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly body: string;
  readonly type?: string;
}

/** @param bootstrapped whether the CDK's bootstrap stack is there from the start */
export async function startRecordingEndpoint({ bootstrapped }: { bootstrapped: boolean }): Promise<RecordingEndpoint> {
  const stacks = new Map<string, RecordedStack>();
  const objects = new Map<string, Buffer>();
  const accessKeys = new Set<string>();
  if (bootstrapped) stacks.set('CDKToolkit', { name: 'CDKToolkit', templates: [], executed: true });

  const server = createServer(async (request, response) => {
    const body = await bytesOf(request);
    accessKeys.add(/Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
    const answer = answerOf(service, request, body);
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/xml' }).end(answer.body);
  });

  function answerOf(service: string | undefined, request: IncomingMessage, body: Buffer): Answer {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (service === 's3') return s3(request.method ?? '', url, body);
    if (service === 'ssm') {
      const Parameter = { Name: 'version', Type: 'String', Value: '30', Version: 1 };
      return { body: JSON.stringify({ Parameter }), type: 'application/x-amz-json-1.1' };
    }
    const form = new URLSearchParams(body.toString());
    return service === 'sts' ? sts(form) : cloudFormation(form);
  }

  function s3(method: string, url: URL, body: Buffer): Answer {
    const name = decodeURIComponent(url.pathname.slice(1));
    if (method === 'PUT') objects.set(name, body);
    if (url.searchParams.has('location')) return { body: '<LocationConstraint/>' };
    if (url.searchParams.has('encryption'))
      return {
        status: 404,
        body: '<Error><Code>ServerSideEncryptionConfigurationNotFoundError</Code></Error>',
      };
    if (url.searchParams.get('list-type') === '2')
      return { body: '<ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>' };
    return { status: method === 'HEAD' && !objects.has(name) ? 404 : 200, body: '' };
  }

  const sts = (form: URLSearchParams): Answer => {
    const action = form.get('Action') ?? '';
    const arn = `arn:aws:sts::${account}:assumed-role/any/session`;
    const result =
      action === 'AssumeRole'
        ? `<Credentials><AccessKeyId>ASSUMED</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>`
        : `<Arn>${arn}</Arn><UserId>A</UserId><Account>${account}</Account>`;
    return { body: resultOf(action, result) };
  };

  function cloudFormation(form: URLSearchParams): Answer {
    const action = form.get('Action') ?? '';
    const name = (form.get('StackName') ?? '').replace(/^arn:.*:stack\/([^/]+)\/.*$/, '$1');
    const stack = stacks.get(name);
    if (action === 'CreateChangeSet') {
      stacks.set(name, { name, templates: [...(stack?.templates ?? []), templateOf(form)], executed: false });
      return {
        body: resultOf(
          action,
          `<Id>arn:aws:cloudformation:us-east-1:${account}:changeSet/c/1</Id><StackId>${arnOf(name)}</StackId>`,
        ),
      };
    }
    if (stack === undefined) return notThere(name);
    if (action === 'ExecuteChangeSet') stack.executed = true;
    return { body: resultOf(action, resultFor(action, stack)) };
  }

  function templateOf(form: URLSearchParams): unknown {
    const url = form.get('TemplateURL');
    // The bootstrap template is sent as it is, in YAML.
    if (url === null) return form.get('TemplateBody');
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    return JSON.parse(objects.get(name)?.toString() ?? 'null');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stacks,
    objects,
    accessKeys,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const arnOf = (stack: string) => `arn:aws:cloudformation:us-east-1:${account}:stack/${stack}/1`;
const resultOf = (action: string, result: string) =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
const notThere = (stack: string): Answer => ({
  status: 400,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${stack} does not exist</Message></Error></ErrorResponse>`,
});

function resultFor(action: string, { name, executed }: RecordedStack): string {
  const status = executed ? 'CREATE_COMPLETE' : 'REVIEW_IN_PROGRESS';
  const outputs = Object.entries(
    name === 'CDKToolkit' ? { BucketName: 'staging', BootstrapVersion: '30' } : { Deployed: `${name} is there` },
  ).map(([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`);
  if (action === 'DescribeStacks')
    return `<Stacks><member><StackName>${name}</StackName><StackId>${arnOf(name)}</StackId><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join('')}</Outputs></member></Stacks>`;
  if (action === 'DescribeChangeSet')
    return `<ChangeSetName>c</ChangeSetName><ChangeSetId>arn:aws:cloudformation:us-east-1:${account}:changeSet/c/1</ChangeSetId><StackId>${arnOf(name)}</StackId><StackName>${name}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes><member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>X</LogicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType></ResourceChange></member></Changes>`;
  if (action === 'GetTemplate') return '<TemplateBody>{}</TemplateBody>';
  return '';
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
