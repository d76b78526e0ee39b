import * as z from 'zod';

/** RFC 9457, with what is wrong about each field. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'header']),
          /** RFC 6901 inside a body; the parameter's name elsewhere. */
          field: z.string(),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'An error as RFC 9457 wants it; `errors` names each field that is wrong.' });

export type FieldError = NonNullable<z.infer<typeof problemSchema>['errors']>[number];

interface ProblemExtras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP error: an expected outcome of a request, told to whoever asked. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, title: string, detail: string, { errors, headers = {} }: ProblemExtras = {}) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = errors;
    this.headers = headers;
  }
}

export const badRequest = (errors: readonly FieldError[]): Problem =>
  new Problem(
    400,
    'Bad Request',
    errors.map(({ field, detail }) => (field ? `${field}: ${detail}` : detail)).join('; '),
    {
      errors,
    },
  );

export const unauthenticated = (detail: string): Problem =>
  new Problem(401, 'Unauthorized', detail, { headers: { 'www-authenticate': 'Bearer' } });

export const forbidden = (detail: string): Problem => new Problem(403, 'Forbidden', detail);

/** What is not there, and what the caller may not know of: the two must not be told apart. */
export const notFound = (kind: string, id: string): Problem =>
  new Problem(404, 'Not Found', `There is no ${kind} '${id}'.`);

export const conflict = (detail: string): Problem => new Problem(409, 'Conflict', detail);

export const preconditionFailed = (detail: string): Problem => new Problem(412, 'Precondition Failed', detail);

/** Zod's findings about one part of a request, field by field. */
export function fieldErrors(where: FieldError['in'], error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    const detail = issue.code === 'unrecognized_keys' ? 'is not known here' : issue.message;
    return path.map((parts) => ({ in: where, field: where === 'body' ? pointer(parts) : parts.join('.'), detail }));
  });
}

export const pointer = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
