import { type Application, application, type Membership } from '../model/application.ts';
import { conflict, notFound } from '../platform/http/problem.ts';
import type { Write } from '../platform/records/change.ts';
import { directoryKeys } from '../platform/records/directory.ts';

/** An application as its item, which also counts its admins: so the last of them can't go, however many leave at once. */
const applicationItem = (value: Application, admins: number) => ({
  ...directoryKeys.application(value.applicationId),
  ...value,
  admins,
});

/** @throws ZodError for an item that others wrote wrongly */
export const parseApplication = (item: unknown): Application | undefined =>
  item === undefined ? undefined : application.parse(item);

/** The write of a new application. @param admins who become its members in the same transaction */
export const newApplicationWrite = (tableName: string, value: Application, admins = 0): Write => ({
  item: {
    Put: {
      TableName: tableName,
      Item: applicationItem(value, admins),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
  refusal: () => conflict(`There is an application '${value.applicationId}' already. Take another id.`),
});

/** What is new, as it begins. */
export function firstVersion<Given extends object>(given: Given) {
  const now = new Date().toISOString();
  return { ...given, version: 1, createdAt: now, updatedAt: now };
}

/** The write of a new member; the count of admins is another. */
export const newMemberWrite = (tableName: string, value: Membership): Write => ({
  item: {
    Put: {
      TableName: tableName,
      Item: { ...directoryKeys.member(value.applicationId, value.userId), ...value },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  },
  refusal: () => conflict(`${value.email} is a member of '${value.applicationId}' already.`),
});

/** What a change of members does to the count of admins; the application must be there. */
export function adminsWrite(tableName: string, applicationId: string, difference: number): Write {
  const common = { TableName: tableName, Key: directoryKeys.application(applicationId) };
  if (difference === 0)
    return {
      item: { ConditionCheck: { ...common, ConditionExpression: 'attribute_exists(pk)' } },
      refusal: () => notFound('application', applicationId),
    };
  return {
    item: {
      Update: {
        ...common,
        UpdateExpression: 'ADD admins :difference',
        ConditionExpression: difference > 0 ? 'attribute_exists(pk)' : 'admins > :one',
        ExpressionAttributeValues: { ':difference': difference, ...(difference < 0 && { ':one': 1 }) },
      },
    },
    refusal: () =>
      difference > 0
        ? notFound('application', applicationId)
        : conflict(`'${applicationId}' would have no admin any more. Make somebody else an admin first.`),
  };
}
