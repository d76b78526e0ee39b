import { AwsError, type AwsRequest, type AwsService } from '../../../../local/service.ts';

export type Body = Record<string, unknown>;
type Datum = { ScalarValue?: string; NullValue?: true };

export const request = (operation: string, body: Body, principal = 'arn:aws:iam::000000000000:root') =>
  ({
    operation,
    body: Buffer.from(JSON.stringify(body)),
    principal: { kind: 'account', arn: principal },
  }) as unknown as AwsRequest;

/** Calls of the service in process, as JSON. */
export function timestreamApi(service: () => AwsService) {
  const run = async (operation: string, body: Body, principal?: string): Promise<Body> =>
    JSON.parse(String((await service().handle(request(operation, body, principal))).body)) as Body;
  return {
    run,
    async failure(operation: string, body: Body, principal?: string) {
      const error = await run(operation, body, principal).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof AwsError)) throw error ?? new Error(`${operation} did not fail`);
      return { error: `${error.code}: ${error.message}`, status: error.status, fields: error.fields };
    },
    async rows(QueryString: string) {
      const answer = await run('Query', { QueryString });
      return (answer['Rows'] as Array<{ Data: Datum[] }>).map(({ Data }) =>
        Data.map(({ ScalarValue }) => ScalarValue ?? null),
      );
    },
  };
}
