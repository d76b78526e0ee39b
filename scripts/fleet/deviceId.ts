import * as z from 'zod';

/**
 * A device id is its thing's name (AWS IoT API "CreateThing": `[a-zA-Z0-9:_-]+`, at most 128 characters), and it is a topic
 * level and a file name here, so nothing else is let in.
 */
export const deviceId = z
  .string()
  .regex(/^[A-Za-z0-9:_-]{1,128}$/, 'A device id has 1 to 128 letters, digits, colons, underscores or hyphens.');
