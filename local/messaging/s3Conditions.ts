import { AwsError } from '../service.ts';
import type { ObjectMeta } from './s3Objects.ts';

type Headers = Readonly<Record<string, string>>;

const preconditionFailed = () =>
  new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);

/** Whether a list of entity tags, quoted or not, names this one. */
const names = (header: string, etag: string) =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replaceAll('"', '') === etag.replaceAll('"', ''));

/** Preconditions of GetObject and HeadObject (AWS: GetObject, "If-None-Match"; RFC 9110, section 13.2.2). */
export function checkRead(headers: Headers, { etag, lastModified }: ObjectMeta): 'modified' | 'notModified' {
  const changed = Date.parse(lastModified);
  const match = headers['if-match'];
  const unmodifiedSince = Date.parse(headers['if-unmodified-since'] ?? '');
  if (match !== undefined ? !names(match, etag) : changed > unmodifiedSince) throw preconditionFailed();
  const noneMatch = headers['if-none-match'];
  const modifiedSince = Date.parse(headers['if-modified-since'] ?? '');
  return (noneMatch !== undefined ? names(noneMatch, etag) : changed <= modifiedSince) ? 'notModified' : 'modified';
}

/** Preconditions of PutObject and DeleteObject (AWS: "How to prevent object overwrites with conditional writes"). */
export function checkWrite(headers: Headers, existing: ObjectMeta | undefined): void {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
      Header: 'If-None-Match',
    });
  }
  if (noneMatch !== undefined && existing) throw preconditionFailed();
  if (match === undefined) return;
  if (!existing) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!names(match, existing.etag)) throw preconditionFailed();
}

/**
 * The one range of a Range header; undefined, so all of the object, for what isn't one range of bytes.
 * @throws AwsError InvalidRange when it begins behind the end.
 */
export function readRange(header: string | undefined, total: number): { offset: number; length: number } | undefined {
  const [, first = '', final = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if ((!first && !final) || (first && final && Number(first) > Number(final))) return undefined;
  const offset = first ? Number(first) : Math.max(0, total - Number(final));
  const end = first && final ? Math.min(Number(final) + 1, total) : total;
  if (offset >= end)
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      RangeRequested: header,
      ActualObjectSize: total,
    });
  return { offset, length: end - offset };
}
