import * as z from 'zod';

/** RFC 9457. */
const problem = z.object({ title: z.string(), detail: z.string().optional() });

/**
 * GETs JSON from where the page came from.
 * @throws Error in words for the person: the problem's own, where there is one
 */
export async function answerOf<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
  const response = await fetch(path, { signal: AbortSignal.timeout(20_000) }).catch(() => {
    throw new Error('The dashboard’s server does not answer. Is the system still running?');
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const { data } = problem.safeParse(body);
    throw new Error(data === undefined ? `${path} answered ${response.status}.` : (data.detail ?? data.title));
  }
  const answer = schema.safeParse(body);
  if (!answer.success) throw new Error(`${path} answered what this page does not understand.`);
  return answer.data;
}
