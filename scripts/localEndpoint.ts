import { PlainError } from './commandLine.ts';
import { readOutputs } from './outputs.ts';

/**
 * Asks the running local cloud for what it knows besides AWS (`/_local/…`).
 * @throws PlainError when none runs, or with what it has against the request.
 */
export async function askLocalCloud(path: string, request: { method?: string; body?: unknown } = {}): Promise<unknown> {
  const { aws } = await readOutputs();
  const response = await fetch(`${aws.endpointUrl}/_local/${path}`, {
    method: request.method ?? 'GET',
    ...(request.body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request.body),
    }),
  }).catch(() => {
    throw new PlainError(`Nothing answers at ${aws.endpointUrl}: is the local system running?`);
  });
  const answer = (await response.json()) as { readonly error?: string };
  if (!response.ok) throw new PlainError(answer.error ?? `The local cloud answered with ${response.status}.`);
  return answer;
}
