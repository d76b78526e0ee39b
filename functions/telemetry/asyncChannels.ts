import { type AsyncChannels, type AsyncMessage, overMqtt } from '../platform/asyncChannel.ts';
import { envelopeTelemetry, flatTelemetry, flatTelemetryBatch, scadaTelemetry, xrayTelemetry } from './formats.ts';

const messages: readonly AsyncMessage[] = [
  {
    name: 'FlatTelemetry',
    summary: 'Metrics as they are',
    payload: flatTelemetry,
    examples: [
      { messageId: 'm-1001', timestamp: '2026-01-31T12:00:00Z', temperature: 71.5, units: { temperature: 'Cel' } },
    ],
  },
  {
    name: 'FlatTelemetryBatch',
    summary: 'Many points under one message id',
    payload: flatTelemetryBatch,
    examples: [{ messageId: 'm-1002', batch: [{ timestamp: 1769860800000, flow: 3.1 }] }],
  },
  {
    name: 'EnvelopeTelemetry',
    summary: 'The actor envelope',
    payload: envelopeTelemetry,
    examples: [{ id: 'tel-1', source: 'boiler-7', type: 'telemetry', payload: { temperature: 22.5 } }],
  },
  {
    name: 'ScadaTelemetry',
    summary: 'A SCADA reading',
    payload: scadaTelemetry,
    examples: [
      { deviceId: 'boiler-7', protocol: 'mqtt', telemetry: { pressure: 3.2 }, metadata: { signalStrength: -61 } },
    ],
  },
  {
    name: 'XrayTelemetry',
    summary: 'An X-ray track',
    payload: xrayTelemetry,
    examples: [{ timestamp: 1735683480000, data: [[762, [51.339764, 12.339223833333334, 1.2038]]] }],
  },
];
const common = { servers: overMqtt, tag: 'Telemetry' } as const;
const received = { action: 'receive', messages, qos: 1 } as const;
const formats =
  'JSON, or gzip of it, of at most 128 KB; the format is told by its content. Telemetry that can’t be used is quarantined: its passport says why.';

export const telemetryChannels: AsyncChannels = {
  telemetry: {
    ...common,
    address: 'devices/telemetry/{deviceId}',
    summary: 'What a device measured',
    description: formats,
    operations: { receiveTelemetry: { ...received, summary: 'A device tells what it measured' } },
  },
  telemetryByBasicIngest: {
    ...common,
    address: '$aws/rules/fieldline_{stage}_telemetry/devices/telemetry/{deviceId}',
    summary: 'The same by Basic Ingest, which has no messaging charge',
    description: formats,
    operations: {
      receiveTelemetryByBasicIngest: { ...received, summary: 'A device tells what it measured, by Basic Ingest' },
    },
  },
  gatewayTelemetry: {
    ...common,
    address: 'gateways/{gatewayId}/devices/telemetry/{deviceId}',
    summary: 'What a gateway publishes for a device behind it',
    description: `${formats} The registry says whose children devices are; others are refused.`,
    operations: {
      receiveGatewayTelemetry: { ...received, summary: 'A gateway tells what one of its devices measured' },
    },
  },
  gatewayTelemetryByBasicIngest: {
    ...common,
    address: '$aws/rules/fieldline_{stage}_gateway/gateways/{gatewayId}/devices/telemetry/{deviceId}',
    summary: 'What a gateway publishes for a device behind it, by Basic Ingest',
    description: formats,
    operations: {
      receiveGatewayTelemetryByBasicIngest: {
        ...received,
        summary: 'A gateway tells what one of its devices measured, by Basic Ingest',
      },
    },
  },
};
