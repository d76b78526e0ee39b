/** Names of what fleet provisioning makes things with. */
export interface FleetNames {
  readonly policyName: string;
  readonly thingTypeName: string;
  readonly thingGroupName: string;
  readonly telemetryRuleName: string;
}

/**
 * The provisioning template's body: a thing of the device's id, its certificate, the device policy (AWS IoT Developer Guide:
 * "Provisioning templates"). A device that is provisioned again keeps its thing and its groups.
 */
export const fleetTemplate = ({ policyName, thingTypeName, thingGroupName, telemetryRuleName }: FleetNames) => ({
  Parameters: {
    DeviceId: { Type: 'String' },
    /** For the hook alone. */
    Token: { Type: 'String' },
    /** The hook's to say. */
    ApplicationId: { Type: 'String', Default: 'default' },
    'AWS::IoT::Certificate::Id': { Type: 'String' },
  },
  Resources: {
    thing: {
      Type: 'AWS::IoT::Thing',
      Properties: {
        ThingName: { Ref: 'DeviceId' },
        ThingTypeName: thingTypeName,
        ThingGroups: [thingGroupName],
        AttributePayload: { applicationId: { Ref: 'ApplicationId' } },
      },
      OverrideSettings: { ThingTypeName: 'REPLACE', ThingGroups: 'DO_NOTHING', AttributePayload: 'MERGE' },
    },
    certificate: {
      Type: 'AWS::IoT::Certificate',
      Properties: {
        CertificateId: { Ref: 'AWS::IoT::Certificate::Id' },
        Status: 'ACTIVE',
        ThingPrincipalType: 'EXCLUSIVE_THING',
      },
    },
    policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: policyName } },
  },
  DeviceConfiguration: { applicationId: { Ref: 'ApplicationId' }, telemetryRule: telemetryRuleName },
});
