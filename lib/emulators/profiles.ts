/** What an emulator refuses: every resource of a type, or only those that set a property. */
export interface Refusal {
  /** CloudFormation type; a `*` at its end stands for any ending. */
  readonly type: string;
  /** CloudFormation property that makes the difference; without it, all resources of the type. */
  readonly whenSet?: string;
}

/** What is known of an emulator of AWS that people deploy to. */
export interface Emulator {
  /** Product, plan and the version or date that this was looked up for. */
  readonly title: string;
  /** Left out of the templates: the emulator would fail the deployment, or pretend. */
  readonly refuses: readonly Refusal[];
  /** What is deployed and does not behave there as on AWS, and what that means for Fieldline. A line each. */
  readonly limits: readonly string[];
}

const all = (...types: readonly string[]): Refusal[] => types.map((type) => ({ type }));

const noTelemetryStore =
  'There is no Timestream: nothing is stored for good. Each message is tried again and ends dead-lettered, its raw bytes in S3; ' +
  'device values and live updates, which come after the store, stay empty, and /api/health says that telemetry is unhealthy.';
const iotWithoutPolicies =
  'IoT policies are stored and not enforced: any certificate may publish and subscribe to anything.';
const iamNotEnforced = 'IAM is not enforced: a function may call what its role forbids on AWS.';

/** Not in LocalStack's own table of CloudFormation resources (2026-05), whatever the plan. */
const localStackRefuses = all(
  'AWS::IoT::Logging',
  'AWS::IoT::PolicyPrincipalAttachment',
  'AWS::IoT::ProvisioningTemplate',
  'AWS::IoT::ThingGroup',
  'AWS::IoT::ThingPrincipalAttachment',
  'AWS::IoT::ThingType',
  'AWS::Logs::MetricFilter',
  'AWS::Timestream::ScheduledQuery',
  'AWS::CloudWatch::Dashboard',
);

/**
 * The context value `emulator` names one of these. Each line was looked up in the emulator's own sources or documentation;
 * docs/other-endpoints.md says how to add one.
 */
export const emulators = {
  ministack: {
    title: 'MiniStack 1.4 (free)',
    refuses: [
      ...all(
        'AWS::ApiGatewayV2::RouteResponse',
        'AWS::CloudWatch::CompositeAlarm',
        'AWS::IoT::Certificate',
        'AWS::IoT::Logging',
        'AWS::IoT::PolicyPrincipalAttachment',
        'AWS::IoT::ProvisioningTemplate',
        'AWS::IoT::Thing',
        'AWS::IoT::ThingGroup',
        'AWS::IoT::ThingPrincipalAttachment',
        'AWS::Logs::MetricFilter',
        'AWS::Timestream::*',
      ),
      // Metric math.
      { type: 'AWS::CloudWatch::Alarm', whenSet: 'Metrics' },
    ],
    limits: [
      noTelemetryStore,
      iotWithoutPolicies,
      iamNotEnforced,
      'WebSocket connections are not authorized, and route responses are left out: a client gets no answer to what it sends.',
      'Rule SQL has no principal() and no traceid(): what devices publish ends quarantined for want of a trace id.',
      'There are no presence events and no fleet provisioning.',
      'Functions run by the node on its PATH, which has to be 24.',
    ],
  },
  'localstack-base': {
    title: 'LocalStack, plan Base (2026-05)',
    refuses: [...localStackRefuses, ...all('AWS::Timestream::*')],
    limits: [
      noTelemetryStore,
      'IoT Data is not in this plan: there is no broker, so devices cannot connect and topic rules get no message.',
      iamNotEnforced,
    ],
  },
  'localstack-ultimate': {
    title: 'LocalStack, plan Ultimate or Enterprise (2026-05)',
    refuses: localStackRefuses,
    limits: [
      iotWithoutPolicies,
      'Fleet provisioning and thing types are left out: `npm run provision` makes things without a type there.',
      'IAM is enforced only when LocalStack runs with ENFORCE_IAM=1.',
    ],
  },
} as const satisfies Readonly<Record<string, Emulator>>;

export type EmulatorName = keyof typeof emulators;
export const emulatorNames = Object.keys(emulators) as [EmulatorName, ...EmulatorName[]];
