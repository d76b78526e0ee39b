import { expect } from '@jest/globals';
import { signedHeaders } from '../../scripts/signing.ts';
import { group } from './conforms.ts';
import { credentials, endpointOf, output, region, uniqueName } from './target.ts';

/** Invoke of the API, signed by hand: the project has no client of Lambda. */
async function invoke(name: string, event: unknown, type = 'RequestResponse') {
  const url = `${endpointOf('lambda')}/2015-03-31/functions/${name}/invocations`;
  const body = JSON.stringify(event);
  const signed = signedHeaders({ url, region, credentials: credentials(), service: 'lambda', method: 'POST', body });
  const answer = await fetch(url, { method: 'POST', body, headers: { ...signed, 'x-amz-invocation-type': type } });
  const text = await answer.text();
  return {
    status: answer.status,
    functionError: answer.headers.get('x-amz-function-error'),
    errorType: answer.headers.get('x-amzn-errortype')?.split(':')[0],
    version: answer.headers.get('x-amz-executed-version'),
    payload: text === '' ? undefined : JSON.parse(text),
  };
}

// The function is that of the suite's own stack: an upload of code is more than any group needs.
group('Lambda', ({ conforms }) => {
  conforms('an invocation is answered with what the handler returns', 'Invoke', async () => {
    const { status, functionError, version, payload } = await invoke(output('EchoFunction'), { greeting: 'grüße' });
    expect([status, functionError, version]).toEqual([200, null, '$LATEST']);
    expect(payload).toEqual({ event: { greeting: 'grüße' } });
  });

  conforms('a thrown error is a function error, with 200', 'Using Lambda with Node.js: error handling', async () => {
    const { status, functionError, payload } = await invoke(output('EchoFunction'), { throw: 'too far' });
    expect([status, functionError]).toEqual([200, 'Unhandled']);
    expect(payload).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far', trace: expect.any(Array) });
  });

  conforms('a dry run is answered with 204', 'Invoke', async () => {
    expect(await invoke(output('EchoFunction'), {}, 'DryRun')).toMatchObject({ status: 204 });
  });

  conforms('a function that is not there is ResourceNotFoundException', 'Invoke', async () => {
    expect(await invoke(uniqueName('none'), {})).toMatchObject({ status: 404, errorType: 'ResourceNotFoundException' });
  });

  conforms('an asynchronous invocation is accepted with 202', 'Invoking a Lambda function asynchronously', async () => {
    expect(await invoke(output('EchoFunction'), {}, 'Event')).toMatchObject({ status: 202 });
  });
});
