import { type AsyncChannels, type AsyncMessage, overMqtt } from '../platform/asyncChannel.ts';
import {
  shadowDeleted,
  shadowDelta,
  shadowDocument,
  shadowDocuments,
  shadowQuestion,
  shadowRefusal,
  shadowUpdate,
  shadowUpdated,
} from './shadowMessages.ts';

const correlatedBy = 'clientToken';
const refusal: AsyncMessage = {
  name: 'ShadowRefusal',
  summary: 'Why a request about a shadow was rejected',
  payload: shadowRefusal,
  correlatedBy,
};
const messages = {
  update: {
    name: 'ShadowUpdate',
    summary: 'Values that are reported, or desired',
    payload: shadowUpdate,
    correlatedBy,
    examples: [{ state: { reported: { temperature: 55 } }, clientToken: 'boiler-7-1' }],
  },
  updated: { name: 'ShadowUpdated', summary: 'What was updated', payload: shadowUpdated, correlatedBy },
  delta: { name: 'ShadowDelta', summary: 'What is desired and not reported', payload: shadowDelta, correlatedBy },
  documents: {
    name: 'ShadowDocuments',
    summary: 'The shadow before and after',
    payload: shadowDocuments,
    correlatedBy,
  },
  question: { name: 'ShadowQuestion', summary: 'Nothing, or a client token', payload: shadowQuestion, correlatedBy },
  document: { name: 'ShadowDocument', summary: 'The whole shadow', payload: shadowDocument, correlatedBy },
  deleted: { name: 'ShadowDeleted', summary: 'The shadow is gone', payload: shadowDeleted, correlatedBy },
} as const satisfies Record<string, AsyncMessage>;

/** The topics of one shadow (AWS IoT Developer Guide: "Device Shadow MQTT topics"). */
function shadowChannels(kind: string, prefix: string, called: string): AsyncChannels {
  const of = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  const channel = (
    key: string,
    topic: string,
    action: 'send' | 'receive',
    summary: string,
    ...said: readonly AsyncMessage[]
  ): AsyncChannels => ({
    [`${kind}${key}`]: {
      servers: overMqtt,
      tag: 'Twin',
      address: `${prefix}/${topic}`,
      summary: `${summary} (${called})`,
      operations: {
        [`${action}${of}${key}`]: {
          action,
          summary,
          messages: said,
          qos: 1,
          ...(action === 'receive' && { replyOn: `${kind}${key}Answers` }),
        },
      },
    },
  });
  return {
    ...channel('Update', 'update', 'receive', 'A device reports values', messages.update),
    ...channel('UpdateAnswers', 'update/{outcome}', 'send', 'Whether an update was taken', messages.updated, refusal),
    ...channel('Delta', 'update/delta', 'send', 'A device is told what is desired of it', messages.delta),
    ...channel('Documents', 'update/documents', 'send', 'The shadow before and after a change', messages.documents),
    ...channel('Get', 'get', 'receive', 'A device asks for its shadow', messages.question),
    ...channel('GetAnswers', 'get/{outcome}', 'send', 'The whole shadow', messages.document, refusal),
    ...channel('Delete', 'delete', 'receive', 'A device deletes its shadow', messages.question),
    ...channel('DeleteAnswers', 'delete/{outcome}', 'send', 'Whether it was deleted', messages.deleted, refusal),
  };
}

export const twinChannels: AsyncChannels = {
  ...shadowChannels('shadow', '$aws/things/{deviceId}/shadow', 'classic shadow'),
  ...shadowChannels('namedShadow', '$aws/things/{deviceId}/shadow/name/{shadowName}', 'named shadow'),
};
