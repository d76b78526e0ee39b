export interface Call {
  /** The command's class, such as `PutObjectCommand`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: every command's input is another; the tests look into what they expect.
  readonly input: any;
}

/** An AWS client as far as the functions use one: it keeps the commands it was sent, and answers as it is told. */
export function recordingClient(answer: (call: Call, count: number) => unknown = () => ({})) {
  const calls: Call[] = [];
  return {
    calls,
    send: async (command: { readonly input: unknown }) => {
      const call = { name: command.constructor.name, input: command.input };
      calls.push(call);
      return answer(call, calls.length);
    },
  };
}

/** An answer that is an error. */
export const down =
  (message = 'it is down') =>
  (): never => {
    throw new Error(message);
  };
