import { z } from 'zod';
import { isObject, numberText, type Value } from '../values.ts';
import { type ActionKind, invalidMessage, parseSettings, roleArn } from './action.ts';
import { serviceAsRole } from './asRole.ts';

const settings = z.strictObject({ putItem: z.strictObject({ tableName: z.string() }), roleArn });

/** AWS: "DynamoDBv2" of the rule actions: each attribute of the payload is one of the item. */
export const dynamoDbV2Action: ActionKind = {
  settings: ['putItem.tableName', 'roleArn'],
  compile(given, setting) {
    const { putItem, roleArn: role } = parseSettings(settings, given);
    const tableName = setting.template('putItem.tableName', putItem.tableName);
    const call = serviceAsRole(setting, 'dynamodb', role);
    return {
      name: 'DynamoDBv2Action',
      resource: tableName,
      run({ event, payload }) {
        if (!isObject(payload)) throw invalidMessage('The item to put is not a JSON object');
        const body = JSON.stringify({ TableName: tableName(event), Item: attributeMap(payload) });
        return call({ operation: 'PutItem', body });
      },
    };
  },
};

const attributeMap = (object: { [key: string]: Value }) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, attributeValue(value)]));

function attributeValue(value: Value): unknown {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return { N: numberText(value) };
  if (Array.isArray(value)) return { L: value.map(attributeValue) };
  return isObject(value) ? { M: attributeMap(value) } : { S: value.toString() };
}
