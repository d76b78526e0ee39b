/** Answers with what API Gateway tells it of the message and of who connected. */
export const handler = async ({ requestContext, body }) => ({
  statusCode: 200,
  body: JSON.stringify({
    route: requestContext.routeKey,
    connectionId: requestContext.connectionId,
    user: requestContext.authorizer?.user,
    body,
  }),
});
