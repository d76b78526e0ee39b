import { createCognito } from '../../../../local/cognito/cognito.ts';
import type { AwsError, AwsRequest } from '../../../../local/service.ts';
import { type LocalEdge, provision, startLocalEdge } from '../edge/localEdge.ts';

type Answer = Record<string, unknown> & { readonly AuthenticationResult?: Record<string, string> };

export interface Pools {
  readonly edge: LocalEdge;
  readonly cognito: ReturnType<typeof createCognito>;
  make(type: string, properties: Record<string, unknown>, logicalId?: string): ReturnType<typeof provision>;
  /** A signed operation, as the edge hands it on. */
  admin(operation: string, input: object): Promise<Answer>;
  /** An unsigned operation, over HTTP. @throws its error's name and message. */
  call(operation: string, input: object): Promise<Answer>;
}

/** User pools behind an edge. */
export async function startPools(stateFile?: string): Promise<Pools> {
  let cognito: ReturnType<typeof createCognito> | undefined;
  const edge = await startLocalEdge({
    ...(stateFile !== undefined && { stateFile }),
    services: ({ context }) => {
      cognito = createCognito(context);
      return [cognito.service];
    },
  });
  if (!cognito) throw new Error('The edge asked for no services.');
  const started = cognito;
  edge.edge.mount('/', started.mount);
  return {
    edge,
    cognito: started,
    make: (type, properties, logicalId = type) =>
      provision(started.providers, `AWS::Cognito::${type}`, properties, { logicalId }),
    async admin(operation, input) {
      const request = { operation, body: Buffer.from(JSON.stringify(input)) } as AwsRequest;
      const response = await started.service.handle(request);
      return JSON.parse(String(response.body)) as Answer;
    },
    async call(operation, input) {
      const response = await fetch(edge.context.endpointUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as Answer & { __type: string; message: string };
      if (response.ok) return answer;
      throw Object.assign(new Error(answer.message), { name: answer.__type, status: response.status }) as AwsError;
    },
  };
}
