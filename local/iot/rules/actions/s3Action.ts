import { z } from 'zod';
import { type ActionKind, messageBytes, parseSettings, roleArn } from './action.ts';
import { serviceAsRole } from './asRole.ts';

const settings = z.strictObject({ bucketName: z.string(), key: z.string(), roleArn });

/** AWS: "S3" of the rule actions. Canned ACLs are refused: objects have no ACL here. */
export const s3Action: ActionKind = {
  settings: ['bucketName', 'key', 'roleArn'],
  compile(given, setting) {
    const parsed = parseSettings(settings, given);
    const bucket = setting.template('bucketName', parsed.bucketName);
    const key = setting.template('key', parsed.key);
    const call = serviceAsRole(setting, 's3', parsed.roleArn);
    return {
      name: 'S3Action',
      resource: bucket,
      run: ({ event, payload }) =>
        call({
          method: 'PUT',
          path: `/${bucket(event)}/${key(event).split('/').map(encodeURIComponent).join('/')}`,
          headers: { 'content-type': 'application/octet-stream' },
          body: messageBytes(payload),
        }),
    };
  },
};
