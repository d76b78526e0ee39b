import { NotHonoured } from '../resources/provider.ts';

/** @throws NotHonoured for a resource policy with any statement but "deny without TLS". */
export function refuseOtherThanTlsOnly(document: unknown): void {
  const { Statement: statements } = document as {
    Statement: Array<{ Effect: string; Condition?: unknown; Sid?: string }>;
  };
  for (const statement of [statements].flat()) {
    const tlsOnly =
      JSON.stringify(statement.Condition) === JSON.stringify({ Bool: { 'aws:SecureTransport': 'false' } });
    if (statement.Effect !== 'Deny' || !tlsOnly) {
      throw new NotHonoured(
        'PolicyDocument',
        `of resource policies only the denial of requests without TLS is understood, not ${statement.Sid ?? JSON.stringify(statement)}`,
      );
    }
  }
}
