import { NotHonoured } from '../resources/provider.ts';
import type { S3Objects } from './s3Objects.ts';

/** Objects of a bucket under a prefix, of these sizes (bytes), that expire so many days after they were made. */
export interface ExpirationRule {
  readonly prefix: string;
  readonly days: number;
  readonly above: number | undefined;
  readonly below: number | undefined;
}

type Rule = Readonly<Record<string, unknown>>;

const day = 86_400_000;

/** What a lifecycle rule may have here; transitions move nothing, for all storage is one disk, and there are no multipart uploads. */
const known = [
  'Id',
  'Status',
  'Prefix',
  'ExpirationInDays',
  'ObjectSizeGreaterThan',
  'ObjectSizeLessThan',
  'Transition',
  'Transitions',
  'AbortIncompleteMultipartUpload',
];

/**
 * The rules of a bucket's LifecycleConfiguration that delete by age (AWS: "Lifecycle configuration elements").
 * @throws NotHonoured naming what else a rule has.
 */
export function readLifecycle(configuration: unknown): ExpirationRule[] {
  const { Rules: rules = [] } = (configuration ?? {}) as { Rules?: Rule[] };
  return rules.flatMap((rule): ExpirationRule[] => {
    const stranger = Object.keys(rule).find((name) => !known.includes(name));
    if (stranger !== undefined)
      throw new NotHonoured(
        `LifecycleConfiguration.Rules.${stranger}`,
        'of lifecycle rules, expiration after days is honoured',
      );
    const days = rule['ExpirationInDays'];
    if (rule['Status'] !== 'Enabled' || days === undefined) return [];
    if (!(Number.isInteger(Number(days)) && Number(days) > 0))
      throw new NotHonoured(
        'LifecycleConfiguration.Rules.ExpirationInDays',
        `this is no number of days: ${String(days)}`,
      );
    const size = (name: string) => (rule[name] === undefined ? undefined : Number(rule[name]));
    return [
      {
        prefix: String(rule['Prefix'] ?? ''),
        days: Number(days),
        above: size('ObjectSizeGreaterThan'),
        below: size('ObjectSizeLessThan'),
      },
    ];
  });
}

/**
 * Deletes what has expired: from the midnight in UTC after its days are over (AWS: "Lifecycle configuration elements", expiration
 * action).
 */
export function expireObjects(
  objects: S3Objects,
  rules: ReadonlyMap<string, readonly ExpirationRule[]>,
  now: number,
): void {
  for (const [bucket, expirations] of rules) {
    for (const { prefix, days, above, below } of expirations) {
      let after: string | undefined = '';
      while (after !== undefined) {
        const listing = objects.list(bucket, { prefix, delimiter: '', after, limit: 1000 });
        for (const { key, lastModified, contentLength } of listing.objects) {
          const sized =
            (above === undefined || contentLength > above) && (below === undefined || contentLength < below);
          const expires = Math.ceil((Date.parse(lastModified) + days * day) / day) * day;
          if (sized && expires <= now) objects.remove(bucket, key);
        }
        after = listing.next;
      }
    }
  }
}
