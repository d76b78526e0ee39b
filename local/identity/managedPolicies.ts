/** AWS managed policies that are known here, by name behind `policy/` (AWS Managed Policy Reference Guide). */
export const managedPolicies: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow([
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ]),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
  'service-role/AWSIoTThingsRegistration': allow([
    'iot:AddThingToBillingGroup',
    'iot:AddThingToThingGroup',
    'iot:AttachPolicy',
    'iot:AttachPrincipalPolicy',
    'iot:AttachThingPrincipal',
    'iot:CreateCertificateFromCsr',
    'iot:CreatePolicy',
    'iot:CreateThing',
    'iot:DescribeBillingGroup',
    'iot:DescribeCertificate',
    'iot:DescribeThing',
    'iot:DescribeThingGroup',
    'iot:DescribeThingType',
    'iot:DetachPolicy',
    'iot:DetachThingPrincipal',
    'iot:GetPolicy',
    'iot:ListAttachedPolicies',
    'iot:ListPolicyPrincipals',
    'iot:ListPrincipalPolicies',
    'iot:ListPrincipalThings',
    'iot:ListTargetsForPolicy',
    'iot:ListThingGroupsForThing',
    'iot:ListThingPrincipals',
    'iot:RegisterCertificate',
    'iot:RegisterThing',
    'iot:RemoveThingFromBillingGroup',
    'iot:RemoveThingFromThingGroup',
    'iot:UpdateCertificate',
    'iot:UpdateThing',
    'iot:UpdateThingGroupsForThing',
  ]),
};

function allow(actions: readonly string[]): unknown {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
