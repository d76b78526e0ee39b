import { stripTypeScriptTypes } from 'node:module';

/** Jest transformer: Node.js's own type stripping, so tests run the very code that `node file.ts` runs. */
export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
};
