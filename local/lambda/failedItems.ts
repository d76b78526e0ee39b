/**
 * What the function reports as failed of a batch: message ids, or sequence numbers of a stream; all of it when the answer isn't of the
 * form that AWS documents (AWS: "Handling errors for an SQS event source in Lambda", "Configuring partial batch response with DynamoDB
 * and Lambda": success and failure conditions).
 */
export function failedItems(payload: unknown, identifiers: readonly string[]): Set<string> | 'all' {
  const failures = (payload as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(identifiers);
  const failed = new Set<string>();
  for (const failure of failures) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    failed.add(id);
  }
  return failed;
}
