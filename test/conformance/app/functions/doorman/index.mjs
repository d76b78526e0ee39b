/** Authorizer of $connect: the token `let-me-in` opens, any other does not. */
export const handler = async ({ methodArn, queryStringParameters }) => ({
  principalId: 'visitor',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: queryStringParameters?.token === 'let-me-in' ? 'Allow' : 'Deny',
        Action: 'execute-api:Invoke',
        Resource: methodArn,
      },
    ],
  },
  context: { user: 'visitor' },
});
