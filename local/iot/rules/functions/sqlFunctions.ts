import { hashFunctions } from './hashFunctions.ts';
import { mathFunctions } from './mathFunctions.ts';
import { messageFunctions } from './messageFunctions.ts';
import { regexFunctions } from './regexFunctions.ts';
import type { SqlFunction } from './sqlFunction.ts';
import { textFunctions } from './textFunctions.ts';
import { timeFunctions } from './timeFunctions.ts';
import { valueFunctions } from './valueFunctions.ts';

/**
 * Functions of AWS IoT SQL by their names in lower case (AWS: "Functions"); `cast` has a syntax of its own. A name that isn't here
 * is refused with the rule: `aws_lambda`, `get_dynamodb`, `get_registry_data`, `get_secret`, `machinelearning_predict`.
 */
export const sqlFunctions: Readonly<Record<string, SqlFunction>> = {
  ...hashFunctions,
  ...mathFunctions,
  ...messageFunctions,
  ...regexFunctions,
  ...textFunctions,
  ...timeFunctions,
  ...valueFunctions,
};
