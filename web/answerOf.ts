import * as z from 'zod';

/** RFC 9457. */
const problem = z.object({ title: z.string(), detail: z.string().optional() });

/** The API did not do what was asked, in words for the person: the problem's own, where there is one. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/**
 * Asks where the page came from, and reads JSON.
 * @throws Refused, or Error in words for the person when there is no answer
 */
export async function answerOf<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  request: RequestInit = {},
): Promise<z.output<Schema>> {
  const response = await fetch(path, { ...request, signal: AbortSignal.timeout(20_000) }).catch(() => {
    throw new Error('The dashboard’s server does not answer. Is the system still running?');
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const { data } = problem.safeParse(body);
    throw new Refused(
      response.status,
      data === undefined ? `${path} answered ${response.status}.` : (data.detail ?? data.title),
    );
  }
  const answer = schema.safeParse(body);
  if (!answer.success) throw new Error(`${path} answered what this page does not understand.`);
  return answer.data;
}
