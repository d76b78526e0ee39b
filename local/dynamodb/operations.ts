import { createHash } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { AwsError, type Permission } from '../service.ts';
import { checkItemSize, type Item, itemBytes, parseItem, parseValue, validation } from './attributeValue.ts';
import { type Capacity, readUnits, writeUnits } from './capacity.ts';
import { parseCondition } from './condition.ts';
import type { Placeholders } from './expressionTokens.ts';
import { parseStatement, type WriteStatement } from './partiql.ts';
import { keepPaths, projection, type ReadRequest, readPage } from './query.ts';
import { describeTable, tableFromRequest } from './tableDefinition.ts';
import { checkNoKey, type EncodedKey, itemKey, requestKey, type Table, type Tables } from './tables.ts';
import { parseUpdate, type Update } from './update.ts';

export type Body = Record<string, unknown>;

/** Parameters of before there were expressions, and parallel scans. */
const notHonoured = [
  'AttributesToGet',
  'AttributeUpdates',
  'ConditionalOperator',
  'Expected',
  'KeyConditions',
  'QueryFilter',
  'ScanFilter',
  'Segment',
  'TotalSegments',
];

export interface Operation {
  permissions(body: Body): Permission[];
  run(body: Body): unknown;
}

/** The operations of DynamoDB that are honoured. */
export function createOperations(context: CloudContext, tables: Tables): ReadonlyMap<string, Operation> {
  const tokens = new Map<string, { digest: string; answer: unknown; until: number }>();
  const on = (action: string, run: (body: Body) => unknown): Operation => ({
    permissions: (body) => [{ action: `dynamodb:${action}`, resource: resourceOf(body, tables) }],
    run(body) {
      const refused = notHonoured.find((name) => body[name] !== undefined);
      if (refused !== undefined) throw validation(`The local cloud does not honour ${refused}.`);
      return run(body);
    },
  });
  const anywhere = (action: string, run: (body: Body) => unknown): Operation => ({
    permissions: () => [{ action: `dynamodb:${action}`, resource: '*' }],
    run,
  });

  const get = (body: Body) => {
    const table = tables.get(body['TableName']);
    const placeholders = placeholdersOf(body);
    const project = projection(body['ProjectionExpression'] as string | undefined, placeholders);
    checkAllUsed(placeholders);
    const item = table.get(requestKey(parseItem(body['Key']), table.definition));
    const capacity = readUnits(() => (item ? itemBytes(item) : 0), body['ConsistentRead'] === true);
    return { ...(item && { Item: project.keep(item) }), ...consumed(body, [[table, capacity]]) };
  };

  const read = (body: Body) => {
    const table = tables.get(body['TableName']);
    const placeholders = placeholdersOf(body);
    const page = readPage(table, body as ReadRequest, placeholders);
    checkAllUsed(placeholders);
    return {
      ...(body['Select'] !== 'COUNT' && { Items: page.items }),
      Count: page.items.length,
      ScannedCount: page.scannedCount,
      ...(page.lastKey && { LastEvaluatedKey: page.lastKey }),
      ...consumed(body, [[table, readUnits(() => page.scannedBytes, body['ConsistentRead'] === true)]]),
    };
  };

  const write = (prepare: (body: Body, tables: Tables) => PreparedWrite) => (body: Body) => {
    const prepared = prepare(body, tables);
    checkReturnValues(body, prepared.update);
    const before = prepared.check(body['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD');
    const after = prepared.apply(before);
    return {
      ...returned(body, before, after, prepared.update),
      ...consumed(body, [[prepared.table, writeUnits(before, after)]]),
    };
  };

  return new Map<string, Operation>([
    ['GetItem', on('GetItem', get)],
    ['PutItem', on('PutItem', write(preparePut))],
    ['UpdateItem', on('UpdateItem', write(prepareUpdate))],
    ['DeleteItem', on('DeleteItem', write(prepareDelete))],
    [
      'Query',
      on('Query', (body) => {
        if (body['KeyConditionExpression'] === undefined)
          throw validation(
            'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
          );
        return read(body);
      }),
    ],
    ['Scan', on('Scan', read)],
    ['BatchGetItem', batchGet(tables)],
    ['BatchWriteItem', batchWrite(tables)],
    ['TransactWriteItems', transactWrite(context, tables, tokens)],
    ['ExecuteStatement', statement(context, tables)],
    ['BatchExecuteStatement', batchStatements(context, tables)],
    [
      'CreateTable',
      on('CreateTable', (body) => {
        const definition = tableFromRequest(body);
        if (tables.find(definition.name))
          throw new AwsError('ResourceInUseException', `Table already exists: ${definition.name}`);
        return { TableDescription: describeTable(tables.put(definition)) };
      }),
    ],
    ['DescribeTable', on('DescribeTable', (body) => ({ Table: describeTable(tables.get(body['TableName'])) }))],
    [
      'DescribeTimeToLive',
      on('DescribeTimeToLive', (body) => {
        const { ttlAttribute } = tables.get(body['TableName']).definition;
        return {
          TimeToLiveDescription:
            ttlAttribute === undefined
              ? { TimeToLiveStatus: 'DISABLED' }
              : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute },
        };
      }),
    ],
    ['ListTables', anywhere('ListTables', () => ({ TableNames: tables.list() }))],
    [
      'DeleteTable',
      on('DeleteTable', (body) => {
        const table = tables.get(body['TableName']);
        if (table.definition.deletionProtection)
          throw validation(
            `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
          );
        tables.delete(table.definition.name);
        return { TableDescription: { ...describeTable(table), TableStatus: 'DELETING' } };
      }),
    ],
  ]);
}

function resourceOf(body: Body, tables: Tables): string {
  const name = body['TableName'];
  const table =
    tables.find(String(name)) ?? (name === undefined ? undefined : tables.find(String(name).split('/')[1] ?? ''));
  if (!table) return '*';
  return body['IndexName'] === undefined ? table.arn : `${table.arn}/index/${String(body['IndexName'])}`;
}

function placeholdersOf(body: Body): Placeholders {
  const names = body['ExpressionAttributeNames'] as Record<string, string> | undefined;
  const values = body['ExpressionAttributeValues'] as Record<string, unknown> | undefined;
  if (names && Object.keys(names).length === 0) throw validation('ExpressionAttributeNames must not be empty');
  if (values && Object.keys(values).length === 0) throw validation('ExpressionAttributeValues must not be empty');
  const parsed = Object.entries(values ?? {}).map(([name, value]) => {
    try {
      return [name, parseValue(value)] as const;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw validation(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
    }
  });
  return { names, values: Object.fromEntries(parsed), used: new Set() };
}

function checkAllUsed({ names, values, used }: Placeholders): void {
  for (const [parameter, given] of [
    ['ExpressionAttributeNames', names],
    ['ExpressionAttributeValues', values],
  ] as const) {
    const unused = Object.keys(given ?? {}).filter((name) => !used.has(name));
    if (unused.length > 0)
      throw validation(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
  }
}

/** A write that is understood but not done yet, so that a transaction can check all before it does any. */
interface PreparedWrite {
  readonly table: Table;
  readonly key: EncodedKey;
  readonly update?: Update | undefined;
  /** The item as it is. @throws AwsError ConditionalCheckFailedException */
  check(returnOld: boolean): Item | undefined;
  apply(before: Item | undefined): Item | undefined;
}

function prepare(
  body: Body,
  table: Table,
  key: EncodedKey,
  placeholders: Placeholders,
  change: (before: Item | undefined) => Item | undefined,
): PreparedWrite {
  const text = body['ConditionExpression'] as string | undefined;
  const condition = text === undefined ? undefined : parseCondition(text, placeholders);
  checkAllUsed(placeholders);
  return {
    table,
    key,
    check(returnOld) {
      const before = table.get(key);
      if (condition && !condition(before ?? {})) {
        throw new AwsError(
          'ConditionalCheckFailedException',
          'The conditional request failed',
          400,
          returnOld && before ? { Item: before } : {},
        );
      }
      return before;
    },
    apply(before) {
      const after = change(before);
      table.set(key, before, after);
      return after;
    },
  };
}

function preparePut(body: Body, tables: Tables): PreparedWrite {
  const table = tables.get(body['TableName']);
  const item = parseItem(body['Item']);
  checkItemSize(item);
  return prepare(body, table, itemKey(item, table.definition), placeholdersOf(body), () => item);
}

function prepareDelete(body: Body, tables: Tables): PreparedWrite {
  const table = tables.get(body['TableName']);
  return prepare(
    body,
    table,
    requestKey(parseItem(body['Key']), table.definition),
    placeholdersOf(body),
    () => undefined,
  );
}

function prepareUpdate(body: Body, tables: Tables): PreparedWrite {
  const table = tables.get(body['TableName']);
  const { definition } = table;
  const key = parseItem(body['Key']);
  const encoded = requestKey(key, definition);
  const placeholders = placeholdersOf(body);
  const text = body['UpdateExpression'] as string | undefined;
  const update = text === undefined ? undefined : parseUpdate(text, placeholders);
  checkNoKey(update?.paths ?? [], definition);
  const prepared = prepare(body, table, encoded, placeholders, (before) => {
    const after = update ? update.apply(before ?? key) : (before ?? key);
    itemKey(after, definition);
    checkItemSize(after, 'Item size to update');
    return after;
  });
  return { ...prepared, update: update ?? { paths: [], apply: (before) => before } };
}

const returnValues = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

function checkReturnValues(body: Body, update: Update | undefined): void {
  const wanted = String(body['ReturnValues'] ?? 'NONE');
  if (!returnValues.includes(wanted)) {
    throw validation(
      `1 validation error detected: Value '${wanted}' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [${returnValues.join(', ')}]`,
    );
  }
  if (!update && wanted !== 'NONE' && wanted !== 'ALL_OLD')
    throw validation('ReturnValues can only be ALL_OLD or NONE');
}

function returned(body: Body, before: Item | undefined, after: Item | undefined, update: Update | undefined): Body {
  const touched = (item: Item | undefined) => {
    const attributes = keepPaths(item ?? {}, update?.paths ?? []);
    return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
  };
  switch (body['ReturnValues']) {
    case 'ALL_OLD':
      return before ? { Attributes: before } : {};
    case 'ALL_NEW':
      return after ? { Attributes: after } : {};
    case 'UPDATED_OLD':
      return touched(before);
    case 'UPDATED_NEW':
      return touched(after);
    default:
      return {};
  }
}

function consumed(body: Body, parts: ReadonlyArray<readonly [Table, Capacity]>, many = false): Body {
  if ((body['ReturnConsumedCapacity'] ?? 'NONE') === 'NONE') return {};
  const totals = new Map<string, ReturnType<Capacity>>();
  for (const [{ definition }, unitsOf] of parts) {
    const capacity = unitsOf();
    const total = totals.get(definition.name) ?? { read: 0, write: 0 };
    totals.set(definition.name, { read: total.read + capacity.read, write: total.write + capacity.write });
  }
  const list = [...totals].map(([TableName, { read, write }]) => ({
    TableName,
    CapacityUnits: read + write,
    ReadCapacityUnits: read,
    WriteCapacityUnits: write,
  }));
  return { ConsumedCapacity: many ? list : list[0] };
}

const tooMany = (parameter: string, limit: number) =>
  validation(
    `1 validation error detected: Value at '${parameter}' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  );

const permissionsOfBatch = (action: string, tables: Tables) => (body: Body) =>
  Object.keys(body['RequestItems'] as object).map((TableName) => ({
    action,
    resource: resourceOf({ TableName }, tables),
  }));

function batchGet(tables: Tables): Operation {
  const requests = (body: Body) => Object.entries(body['RequestItems'] as Record<string, Body & { Keys: Item[] }>);
  return {
    permissions: permissionsOfBatch('dynamodb:BatchGetItem', tables),
    run(body) {
      if (requests(body).reduce((sum, [, { Keys }]) => sum + Keys.length, 0) > 100)
        throw validation('Too many items requested for the BatchGetItem call');
      const responses: Record<string, Item[]> = {};
      const capacities: Array<readonly [Table, Capacity]> = [];
      for (const [name, request] of requests(body)) {
        const table = tables.get(name);
        const placeholders = placeholdersOf(request);
        const project = projection(request['ProjectionExpression'] as string | undefined, placeholders);
        checkAllUsed(placeholders);
        const keys = request.Keys.map((key) => requestKey(parseItem(key), table.definition));
        if (
          new Set(keys.map(({ hash, range }) => `${hash.toString('hex')}/${range.toString('hex')}`)).size < keys.length
        )
          throw validation('Provided list of item keys contains duplicates');
        const items = keys.map((key) => table.get(key));
        for (const item of items)
          capacities.push([table, readUnits(() => (item ? itemBytes(item) : 0), request['ConsistentRead'] === true)]);
        responses[name] = items.filter((item) => item !== undefined).map(project.keep);
      }
      return { Responses: responses, UnprocessedKeys: {}, ...consumed(body, capacities, true) };
    },
  };
}

function batchWrite(tables: Tables): Operation {
  interface Request {
    PutRequest?: { Item: Item };
    DeleteRequest?: { Key: Item };
  }
  const requests = (body: Body) => Object.entries(body['RequestItems'] as Record<string, Request[]>);
  return {
    permissions: permissionsOfBatch('dynamodb:BatchWriteItem', tables),
    run(body) {
      const writes = requests(body).flatMap(([TableName, list]) =>
        list.map(({ PutRequest, DeleteRequest }) =>
          PutRequest
            ? preparePut({ TableName, Item: PutRequest.Item }, tables)
            : prepareDelete({ TableName, Key: DeleteRequest?.Key }, tables),
        ),
      );
      if (writes.length > 25) throw validation('Too many items requested for the BatchWriteItem call');
      if (new Set(writes.map(identity)).size < writes.length)
        throw validation('Provided list of item keys contains duplicates');
      const capacities = writes.map((write) => {
        const before = write.check(false);
        return [write.table, writeUnits(before, write.apply(before))] as const;
      });
      return { UnprocessedItems: {}, ...consumed(body, capacities, true) };
    },
  };
}

const identity = ({ table, key }: PreparedWrite) =>
  `${table.definition.name}/${key.hash.toString('hex')}/${key.range.toString('hex')}`;

const transactionActions = {
  Put: preparePut,
  Update: prepareUpdate,
  Delete: prepareDelete,
  ConditionCheck: prepareConditionCheck,
} as const;
type TransactionAction = keyof typeof transactionActions;

function prepareConditionCheck(body: Body, tables: Tables): PreparedWrite {
  const prepared = prepareDelete(body, tables);
  return { ...prepared, apply: (before) => before };
}

function cancelled(reasons: ReadonlyArray<{ readonly Code: string }>): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}

function transactWrite(
  context: CloudContext,
  tables: Tables,
  tokens: Map<string, { digest: string; answer: unknown; until: number }>,
): Operation {
  const actions = (body: Body) =>
    (body['TransactItems'] as Array<Partial<Record<TransactionAction, Body>>>).map(
      (each) => Object.entries(each)[0] as [TransactionAction, Body],
    );
  const run = (body: Body) => {
    const prepared = actions(body).map(([name, request]) => ({
      request,
      write: transactionActions[name](request, tables),
    }));
    if (prepared.length > 100) throw tooMany('transactItems', 100);
    if (new Set(prepared.map(({ write }) => identity(write))).size < prepared.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    const reasons = prepared.map(({ request, write }) => {
      try {
        write.check(request['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD');
        return { Code: 'None' };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.fields };
      }
    });
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    // Transactional writes cost twice the units (AWS: "Amazon DynamoDB Transactions: How it works").
    const capacities = context.store.atomic(() =>
      prepared.map(({ write }, index) => {
        const before = write.check(false);
        try {
          const units = writeUnits(before, write.apply(before));
          return [write.table, () => ({ read: 0, write: units().write * 2 })] as const;
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          throw cancelled(
            prepared.map((_, at) =>
              at === index ? { Code: 'ValidationError', Message: error.message } : { Code: 'None' },
            ),
          );
        }
      }),
    );
    return consumed(body, capacities, true);
  };
  return {
    permissions: (body) =>
      actions(body).map(([name, request]) => ({
        action: `dynamodb:${name === 'ConditionCheck' ? 'ConditionCheckItem' : `${name}Item`}`,
        resource: resourceOf(request, tables),
      })),
    run(body) {
      const token = body['ClientRequestToken'] as string | undefined;
      if (token === undefined) return run(body);
      const digest = createHash('sha256').update(JSON.stringify(body['TransactItems'])).digest('hex');
      const known = tokens.get(token);
      if (known && known.until > Date.now()) {
        if (known.digest !== digest)
          throw new AwsError(
            'IdempotentParameterMismatchException',
            'The request uses the same client token as a previous, but non-identical request.',
          );
        return known.answer;
      }
      const answer = run(body);
      // The oldest come first.
      for (const [name, { until }] of tokens) {
        if (until > Date.now()) break;
        tokens.delete(name);
      }
      tokens.set(token, { digest, answer, until: Date.now() + 10 * 60_000 });
      return answer;
    },
  };
}

interface StatementRequest extends Body {
  readonly Statement: string;
  readonly Parameters?: unknown[];
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

function statement(context: CloudContext, tables: Tables): Operation {
  const parse = (body: Body) =>
    parseStatement(String(body['Statement']), (body['Parameters'] ?? []) as unknown[], tables);
  return {
    permissions: (body) => {
      const { action, table } = parse(body);
      return [{ action: `dynamodb:${action}`, resource: table.arn }];
    },
    run(body) {
      const parsed = parse(body);
      const { before, after } = context.store.atomic(() =>
        parsed.execute(body['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD'),
      );
      return { Items: [], ...consumed(body, [[parsed.table, writeUnits(before, after)]]) };
    },
  };
}

/** Error code of the API → code in a batch's answer (AWS: "BatchStatementError"). */
const batchCodes: Readonly<Record<string, string>> = {
  DuplicateItemException: 'DuplicateItem',
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  ResourceNotFoundException: 'ResourceNotFound',
  ValidationException: 'ValidationError',
};

function batchStatements(context: CloudContext, tables: Tables): Operation {
  const requests = (body: Body) => {
    const list = body['Statements'] as StatementRequest[];
    if (list.length > 25) throw tooMany('statements', 25);
    return list;
  };
  // Asked for twice, by the permissions and by the run.
  const parsedOf = new WeakMap<StatementRequest, WriteStatement>();
  const parse = (request: StatementRequest) => {
    const parsed = parsedOf.get(request) ?? parseStatement(request.Statement, request.Parameters ?? [], tables);
    parsedOf.set(request, parsed);
    return parsed;
  };
  const attempt = (request: StatementRequest) => {
    try {
      const parsed = parse(request);
      const { before, after } = parsed.execute(request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD');
      return { parsed, capacity: writeUnits(before, after), response: { TableName: parsed.table.definition.name } };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return {
        response: {
          Error: { Code: batchCodes[error.code] ?? 'InternalServerError', Message: error.message, ...error.fields },
        },
      };
    }
  };
  return {
    permissions: (body) => {
      const needed = new Map<string, Permission>();
      for (const request of requests(body)) {
        try {
          const { action, table } = parse(request);
          needed.set(`${action} ${table.arn}`, { action: `dynamodb:${action}`, resource: table.arn });
        } catch (error) {
          // A statement that can't be read does nothing; its answer says why.
          if (!(error instanceof AwsError)) throw error;
        }
      }
      return [...needed.values()];
    },
    run(body) {
      const results = context.store.write(() => requests(body).map(attempt));
      const capacities = results.flatMap(({ parsed, capacity }) =>
        parsed && capacity ? [[parsed.table, capacity] as const] : [],
      );
      return { Responses: results.map(({ response }) => response), ...consumed(body, capacities, true) };
    },
  };
}
