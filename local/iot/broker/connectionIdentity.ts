import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AccessPort } from '../../ports.ts';
import type { Principal } from '../../service.ts';
import { type ConnectionPolicy, certificatePolicy, connectionPolicy } from '../connectionPolicy.ts';
import type { Registry } from '../registry/registry.ts';

/** Who is at the other end of a connection: a certificate, or someone who signed the request that opened a WebSocket. */
export interface ConnectionIdentity {
  /** `principalIdentifier` of lifecycle events. */
  readonly principal: string;
  readonly certificateId: string | undefined;
  readonly sourceIp: string | undefined;
  /** Worked out from what the registry holds now. */
  policyFor(clientId: string | undefined): ConnectionPolicy;
  /** Whether it would still be let in. */
  isActive(): boolean;
}

const plainAddress = (address: string | undefined) => address?.replace(/^::ffff:/, '');

/** The certificate of a TLS connection, when it is registered and ACTIVE; else why it is not let in. */
export function certificateIdentity(
  socket: TLSSocket,
  registry: Registry,
  domainName: string,
): ConnectionIdentity | { readonly refused: string } {
  const id = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
  if (id === undefined) return { refused: 'no client certificate' };
  const found = registry.certificates.find(id);
  if (!found) return { refused: 'the certificate is not registered' };
  if (found.status !== 'ACTIVE') return { refused: `the certificate is ${found.status}` };
  const sourceIp = plainAddress(socket.remoteAddress);
  return {
    principal: id,
    certificateId: id,
    sourceIp,
    policyFor: (clientId) => certificatePolicy(registry, found, { clientId, sourceIp, domainName }),
    isActive: () => registry.certificates.find(id)?.status === 'ACTIVE',
  };
}

/** Somebody with AWS credentials: the role's IAM policies decide, and the account itself may do everything. */
export function signedIdentity(
  principal: Principal,
  request: IncomingMessage,
  registry: Registry,
  access: AccessPort,
): ConnectionIdentity {
  const sourceIp = plainAddress(request.socket.remoteAddress);
  return {
    principal: principal.arn.split(/[:/]/).slice(-2).join(':'),
    certificateId: undefined,
    sourceIp,
    policyFor: () =>
      connectionPolicy(
        registry.arn,
        (action, resource, context) =>
          principal.kind === 'account' ||
          access.isAllowed(principal.roleArn, action, resource, {
            ...context,
            ...(sourceIp !== undefined && { 'aws:SourceIp': sourceIp }),
          }),
        undefined,
      ),
    isActive: () => true,
  };
}
