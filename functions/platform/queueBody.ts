/**
 * JSON as the body of an SQS message. SQS refuses the two noncharacters that JSON leaves as they are (AWS: "SendMessage",
 * InvalidMessageContents), and a device may put them into a text.
 */
export const queueBody = (value: unknown): string =>
  JSON.stringify(value).replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
