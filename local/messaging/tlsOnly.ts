import { NotHonoured } from '../resources/provider.ts';

/** Whether a statement does nothing but refuse requests without TLS: on the loopback interface there is nothing to refuse. */
export const isTlsOnly = ({
  Effect: effect,
  Condition: condition,
}: {
  Effect?: unknown;
  Condition?: unknown;
}): boolean =>
  effect === 'Deny' && JSON.stringify(condition) === JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } });

/** @throws NotHonoured for a resource policy with any statement but "deny without TLS". */
export function refuseOtherThanTlsOnly(document: unknown): void {
  const { Statement: statements } = document as {
    Statement: Array<{ Effect: string; Condition?: unknown; Sid?: string }>;
  };
  for (const statement of [statements].flat()) {
    if (isTlsOnly(statement)) continue;
    throw new NotHonoured(
      'PolicyDocument',
      `of resource policies only the denial of requests without TLS is understood, not ${statement.Sid ?? JSON.stringify(statement)}`,
    );
  }
}
