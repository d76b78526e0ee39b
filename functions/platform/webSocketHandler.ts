import middy from '@middy/core';
import type { APIGatewayProxyResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { logger } from './observe.ts';

/** What goes back to the client, if the route has a response. */
export type WebSocketAnswer = object | undefined;

/** The middleware of every function behind the WebSocket API. A fault is an error message to the client, and a log line. */
export function webSocketHandler(handle: (event: APIGatewayProxyWebsocketEventV2) => Promise<WebSocketAnswer>) {
  return middy<APIGatewayProxyWebsocketEventV2, APIGatewayProxyResultV2>()
    .before(({ context }) => {
      logger.addContext(context);
    })
    .onError((request) => {
      logger.error('websocket route failed', request.error as Error);
      request.response = {
        statusCode: 500,
        body: JSON.stringify({
          type: 'error',
          title: 'Internal Server Error',
          detail: 'The request failed; try again.',
        }),
      };
    })
    .handler(async (event) => {
      const answer = await handle(event);
      return { statusCode: 200, ...(answer && { body: JSON.stringify(answer) }) };
    });
}
