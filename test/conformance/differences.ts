/**
 * Where an endpoint is known not to do what AWS documents: endpoint → `group: test` → why. `group: *` stands for all tests of a
 * group. Such a test runs all the same; it is reported as "differs", and fails when it passes: then its line is to go.
 */
const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'local cloud': {
    'S3: an object is uploaded in parts': 'objects are kept in one piece; multipart uploads are refused by name',
  },
  // fauxqs 2.4.1 as a server of its own: `FAUXQS_PORT=4666 node node_modules/fauxqs/dist/server.js`.
  fauxqs: {
    'S3: a conditional write does not overwrite': 'IfNoneMatch is not looked at; it overwrites',
    'S3: a wrong checksum is refused': 'checksums are kept as given and not compared',
    'SNS: *': 'it has no CloudFormation that would make the topic and its filtered queues',
    ...Object.fromEntries(
      [
        ...['Cognito user pools', 'DynamoDB', 'HTTP API', 'IoT data plane', 'IoT registry', 'Lambda', 'Shadows'],
        ...['Timestream', 'WebSocket API'],
      ].map((group) => [`${group}: *`, 'it has SQS, SNS and S3 alone']),
    ),
  },
};

/** How differences.ts calls the endpoint: CONFORMANCE_ENDPOINT, or the host of AWS_ENDPOINT_URL; without both, the local cloud. */
export function endpointName(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const url = environment['AWS_ENDPOINT_URL'];
  if (environment['CONFORMANCE_ENDPOINT']) return environment['CONFORMANCE_ENDPOINT'];
  return !environment['CONFORMANCE_LOCAL'] && url ? (URL.parse(url)?.host ?? url) : 'local cloud';
}

export function differenceOf(group: string, behaviour: string): string | undefined {
  const known = differences[endpointName()] ?? {};
  return known[`${group}: ${behaviour}`] ?? known[`${group}: *`];
}

/** Declared differences of this endpoint that no test is called by. */
export function staleDifferences(tests: ReadonlySet<string>): string[] {
  return Object.keys(differences[endpointName()] ?? {}).filter((name) => !name.endsWith(': *') && !tests.has(name));
}
