import { z } from 'zod';
import { AwsError } from '../service.ts';

export type Body = Readonly<Record<string, unknown>>;

export const invalid = (message: string) => new AwsError('ValidationException', message);

/** @throws AwsError ValidationException that names the first field which isn't right, or isn't honoured. */
export function readInput<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (!issue) throw invalid('The request is not valid.');
  if (issue.code === 'unrecognized_keys')
    throw invalid(`${[...issue.path, issue.keys[0]].join('.')} is not honoured by the local cloud.`);
  throw invalid(`1 validation error detected: ${issue.path.join('.')}: ${issue.message}`);
}

/** AWS: "Quotas" of Timestream for LiveAnalytics, naming constraints of databases and tables. */
export const resourceName = z
  .string()
  .min(3)
  .max(256)
  .regex(/^[a-zA-Z0-9_.-]+$/, 'letters, digits, _, . and - are allowed');

export const seconds = (milliseconds: number) => milliseconds / 1000;

/** `MaxResults` and `NextToken` of a list, which has at most `most` items a page. */
export const paged = (most: number) => ({
  MaxResults: z.int().min(1).max(most).default(most),
  NextToken: z.string().optional(),
});

/** One page of a list. The token is the key of the last item before, so what goes meanwhile moves nothing. */
export function page<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { MaxResults, NextToken }: { readonly MaxResults: number; readonly NextToken?: string | undefined },
): { items: readonly Item[]; NextToken?: string } {
  const after = NextToken === undefined ? undefined : Buffer.from(NextToken, 'base64url').toString();
  const rest = after === undefined ? items : items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, MaxResults);
  const last = shown.at(-1);
  return {
    items: shown,
    ...(last && shown.length < rest.length && { NextToken: Buffer.from(keyOf(last)).toString('base64url') }),
  };
}
