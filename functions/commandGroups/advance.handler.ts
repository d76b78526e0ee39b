import { cancelCommand, createCommand, readDeviceType } from '../commands/createCommand.ts';
import { effectsFrom } from '../commands/dependencies.ts';
import { documentClient, sqsClient } from '../platform/clients.ts';
import { parseEnv } from '../platform/env.ts';
import { sqsHandler } from '../platform/sqsHandler.ts';
import { advanceBatch } from './advanceBatch.ts';
import { cancelChild, createChild } from './children.ts';
import { groupEffectsFrom } from './dependencies.ts';
import { advanceEnv } from './env.ts';
import { tellGroup } from './tellGroup.ts';

const env = parseEnv(advanceEnv);
const clients = { db: documentClient(), sqs: sqsClient() };
const groups = groupEffectsFrom(env, clients);
const commands = effectsFrom(env, clients);
const typeOf = readDeviceType({ db: clients.db, tableName: env.DIRECTORY_TABLE });
const children = {
  create: createCommand({ effects: commands, typeOf }),
  cancel: cancelCommand({ effects: commands }),
  commands: commands.store,
  groups: groups.store,
};

export const handler = sqsHandler(
  advanceBatch({
    effects: {
      ...groups,
      create: createChild(children),
      cancel: cancelChild(children),
      tell: tellGroup({ sqs: clients.sqs, queueUrl: env.LIVE_QUEUE_URL }),
    },
  }),
);
