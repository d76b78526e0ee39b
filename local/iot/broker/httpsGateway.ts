import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { CloudContext } from '../../context.ts';
import { ConnectionCut } from '../../faults/faults.ts';
import { AwsError, type AwsResponse, type AwsService, type Principal, restJsonError } from '../../service.ts';
import type { ConnectionIdentity } from './connectionIdentity.ts';
import { signedHttps } from './signedRequest.ts';

interface Parts {
  readonly data: AwsService;
  /** Who a device certificate stands for. */
  readonly certificate: (socket: TLSSocket) => ConnectionIdentity | { readonly refused: string };
  /** Who signed a request; throws AwsError. */
  readonly signer: (request: Awaited<ReturnType<typeof signedHttps>>, incoming: IncomingMessage) => ConnectionIdentity;
}

const nobody: Principal = { kind: 'account', arn: 'unknown' };

/** HTTPS at the device endpoint: the data plane for a signature or a certificate, whose IoT policies decide (AWS: "HTTPS"). */
export function httpsGateway(
  context: Pick<CloudContext, 'log' | 'region' | 'store'>,
  { data, certificate, signer }: Parts,
) {
  const identify = (
    request: Awaited<ReturnType<typeof signedHttps>>,
    incoming: IncomingMessage,
  ): ConnectionIdentity => {
    if (request.headers['authorization'] !== undefined || request.query.has('X-Amz-Signature'))
      return signer(request, incoming);
    const identity = certificate(incoming.socket as TLSSocket);
    if ('refused' in identity) throw new AwsError('ForbiddenException', identity.refused, 403);
    return identity;
  };

  const handle = async (incoming: IncomingMessage): Promise<AwsResponse> => {
    const request = await signedHttps(incoming);
    const awsRequest = {
      ...request,
      service: 'iotdata',
      region: context.region,
      operation: undefined,
      principal: nobody,
    };
    const policy = identify(request, incoming).policyFor(undefined);
    for (const { action, resource } of data.permissions(awsRequest)) {
      if (!policy.allowsOn(action, resource))
        throw new AwsError('ForbiddenException', `The policy does not allow ${action} on ${resource}.`, 403);
    }
    const response = await data.handle(awsRequest);
    await context.store.committed();
    return response;
  };

  return (incoming: IncomingMessage, response: ServerResponse): void => {
    handle(incoming)
      .catch((error: unknown): AwsResponse | undefined => {
        if (error instanceof ConnectionCut) return undefined;
        if (error instanceof AwsError) {
          context.log.warn('HTTPS request refused', { path: incoming.url, reason: error.message });
          return restJsonError(error);
        }
        context.log.error('HTTPS request', { error: error instanceof Error ? error.stack : String(error) });
        return restJsonError(new AwsError('InternalFailureException', 'The local cloud failed.', 500));
      })
      .then((answer) => {
        if (!answer) return void incoming.destroy();
        const { status, headers, body = '' } = answer;
        response.writeHead(status, { 'x-amzn-requestid': randomUUID(), ...headers });
        response.end(body);
      });
  };
}
