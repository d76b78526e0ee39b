import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import { expect } from '@jest/globals';
import { group } from './conforms.ts';
import { connect, output, uniqueName } from './target.ts';

const lambda = connect(LambdaClient);

async function invoke(FunctionName: string, event: unknown, more: Partial<InvokeCommandInput> = {}) {
  const { Payload, ...answer } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  return { ...answer, payload: text === '' ? undefined : JSON.parse(text) };
}

// The function is that of the suite's own stack: an upload of code is more than any group needs.
group(
  'Lambda',
  () => invoke(uniqueName('none'), {}),
  ({ conforms }) => {
    conforms('an invocation is answered with what the handler returns', 'Invoke', async () => {
      const answer = await invoke(output('EchoFunction'), { greeting: 'grüße' });
      expect(answer).toMatchObject({
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        payload: { event: { greeting: 'grüße' } },
      });
      expect(answer.FunctionError).toBeUndefined();
    });

    conforms('a thrown error is a function error, with 200', 'Using Lambda with Node.js: error handling', async () => {
      expect(await invoke(output('EchoFunction'), { throw: 'too far' })).toMatchObject({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        payload: { errorType: 'RangeError', errorMessage: 'too far', trace: expect.any(Array) },
      });
    });

    conforms('a dry run is answered with 204', 'Invoke', async () => {
      expect(await invoke(output('EchoFunction'), {}, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
    });

    conforms('a payload that is no JSON is refused', 'Invoke', async () => {
      const invoking = invoke(output('EchoFunction'), {}, { Payload: Buffer.from('{"half') });
      await expect(invoking).rejects.toMatchObject({
        name: 'InvalidRequestContentException',
        $metadata: { httpStatusCode: 400 },
      });
    });

    conforms('a function that is not there is ResourceNotFoundException', 'Invoke', async () => {
      await expect(invoke(uniqueName('none'), {})).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    });

    conforms(
      'an asynchronous invocation is accepted with 202',
      'Invoking a Lambda function asynchronously',
      async () => {
        expect(await invoke(output('EchoFunction'), {}, { InvocationType: 'Event' })).toMatchObject({
          StatusCode: 202,
        });
      },
    );
  },
);
