import { AwsError } from '../../service.ts';

/** The exceptions of the AWS IoT API that more than one operation throws (AWS IoT API Reference: "Errors" of each operation). */
export const notFound = (what: string) => new AwsError('ResourceNotFoundException', `${what} does not exist.`, 404);
export const invalid = (message: string) => new AwsError('InvalidRequestException', message, 400);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message, 410);
export const versionConflict = (what: string) =>
  new AwsError('VersionConflictException', `The version of ${what} does not match the expected version.`, 409);
export const deleteConflict = (message: string) => new AwsError('DeleteConflictException', message, 409);
export const alreadyExists = (what: string, resourceId: string, resourceArn: string) =>
  new AwsError('ResourceAlreadyExistsException', `${what} already exists.`, 409, { resourceId, resourceArn });
