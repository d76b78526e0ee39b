import * as z from 'zod';
import { deviceId } from '../model/identifiers.ts';
import { messageReference } from '../model/message.ts';
import { json, operation } from '../platform/http/operation.ts';

/** AWS IoT Core takes as much by MQTT. Bytes. */
export const payloadLimit = 128 * 1024;

const accepted = z
  .object({
    id: messageReference,
    deviceId,
    messageId: z.string(),
    /** Where its passport is, as soon as the pipeline has it. */
    href: z.string(),
  })
  .meta({ id: 'AcceptedMessage' });
export type Accepted = z.infer<typeof accepted>;

/** Runs as it stands, given API, DEVICE, KEY, SECRET and BODY. */
const shellExample = `
timestamp=$(date +%s)000
nonce=$(openssl rand -hex 16)
key=$(printf %s "$SECRET" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
path=/api/devices/$DEVICE/telemetry
signature=$(printf '%s\\n%s\\nPOST\\n%s\\n%s' "$timestamp" "$nonce" "$path" "$BODY" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -r | cut -d ' ' -f 1)
curl --silent --show-error "$API$path" --header 'Content-Type: application/json' --data-binary "$BODY" \\
  --header "X-Fieldline-Key: $KEY" --header "X-Fieldline-Timestamp: $timestamp" \\
  --header "X-Fieldline-Nonce: $nonce" --header "X-Fieldline-Signature: $signature"
`.trim();

export const ingestOperations = {
  sendTelemetry: operation({
    method: 'POST',
    path: '/api/devices/{deviceId}/telemetry',
    tag: 'Telemetry',
    summary: 'Send telemetry without MQTT, signed by an API key',
    description: `Takes what \`devices/telemetry/{deviceId}\` takes by MQTT, byte for byte, into the same pipeline; what it holds is checked there, and its \
passport says how it ended. The device is in the registry, and in the key's application; a key of one device is good for it and, where that is a gateway, \
for the devices that it publishes for.

Four headers sign it:
- \`X-Fieldline-Key\`: \`<applicationId>.<keyId>\`
- \`X-Fieldline-Timestamp\`: now, as epoch milliseconds or ISO 8601; at most five minutes off
- \`X-Fieldline-Nonce\`: 8 to 128 letters, digits, \`_\` or \`-\`, never used before with this key
- \`X-Fieldline-Signature\`: HMAC-SHA256, in hex, over the timestamp and the nonce as in the headers, \`POST\`, and the path \`/api/devices/<deviceId>/telemetry\`, \
each followed by a line feed, then the body's bytes. The HMAC's key is the SHA-256 of the key's secret (32 bytes).

A request that got no answer is sent again with a new nonce and the same \`messageId\` in its payload: it is stored once. An Idempotency-Key is refused. \
Compressed or binary payloads are sent as application/gzip or application/octet-stream.

\`\`\`sh
${shellExample}
\`\`\``,
    access: 'apiKey',
    params: z.object({ deviceId }),
    body: z.unknown().meta({ description: 'A payload in any of the telemetry formats' }),
    bodyTypes: ['application/json', 'application/gzip', 'application/octet-stream', 'text/plain'],
    exactBody: true,
    bodyLimit: payloadLimit,
    answer: { status: 202, description: 'It is on its way', content: json(accepted) },
    problems: {
      401: 'A header is missing or malformed, the key is unknown or over, the clock is off, the signature is wrong, or the nonce was used',
      404: "There is no such device in the key's application",
    },
  }),
};
