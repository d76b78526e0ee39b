import type { CloudContext } from '../../context.ts';

/** ARNs of AWS IoT (Service Authorization Reference: "Actions, resources, and condition keys for AWS IoT"). */
export type IotArn = (kind: string, name: string) => string;

export const iotArns =
  ({ region, accountId }: Pick<CloudContext, 'region' | 'accountId'>): IotArn =>
  (kind, name) =>
    `arn:aws:iot:${region}:${accountId}:${kind}/${name}`;

/** What stands behind the kind: the certificate id, the name of a thing group. */
export const nameOfArn = (arn: string) => arn.slice(arn.indexOf('/') + 1);

/** `cert`, `thinggroup`, … of an ARN of AWS IoT; undefined for anything else. */
export const kindOfArn = (arn: string) => /^arn:aws:iot:[^:]*:[^:]*:([a-z]+)\//.exec(arn)?.[1];
