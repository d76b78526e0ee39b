import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Schema } from './arbitraryOf.ts';

/**
 * Holds answers of the API against its document.
 * @returns what is wrong with an answer; undefined when nothing is
 */
export function responseCheck(document: Schema) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  const valid = (pointer: string, value: unknown): string | undefined => {
    const validate = ajv.compile({ $ref: `document#${pointer}` });
    return validate(value) ? undefined : ajv.errorsText(validate.errors);
  };
  return (
    { path, method }: { readonly path: string; readonly method: string },
    answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  ): string | undefined => {
    const { responses } = document.paths[path][method];
    const declared = responses[answer.status];
    if (declared === undefined)
      return `the status ${answer.status} is not in the document: ${answer.text.slice(0, 300)}`;
    const type = answer.headers.get('content-type')?.split(';')[0]?.trim();
    if (declared.content === undefined)
      return answer.text === ''
        ? undefined
        : `${answer.status} has no content in the document, but: ${answer.text.slice(0, 300)}`;
    if (type === undefined || declared.content[type] === undefined)
      return `${answer.status} is ${type}; ${Object.keys(declared.content).join(' or ')} is in the document`;
    if (!/json$/.test(type)) return undefined;
    const escaped = [path, method, 'responses', String(answer.status), 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const fault = valid(`/paths/${escaped}`, JSON.parse(answer.text));
    return fault === undefined ? undefined : `${answer.status}: ${fault}: ${answer.text.slice(0, 500)}`;
  };
}
