import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  CreateKeysAndCertificateCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateTopicRuleCommand,
  DeleteCertificateCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  GetPolicyCommand,
  IoTClient,
  ListAttachedPoliciesCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from '@aws-sdk/client-iot';
import { expect } from '@jest/globals';
import { group } from './conforms.ts';
import { connect, output, uniqueName } from './target.ts';

const iot = connect(IoTClient);
const policyDocument = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

group(
  'IoT registry',
  () => iot.send(new ListThingsCommand({ maxResults: 1 })),
  ({ conforms, resource }) => {
    const thing = resource(
      async () => {
        const thingName = uniqueName('thing');
        await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes: { site: 'north' } } }));
        return thingName;
      },
      (thingName) => iot.send(new DeleteThingCommand({ thingName })),
    );
    const thingGroup = resource(
      async () => {
        const thingGroupName = uniqueName('group');
        await iot.send(new CreateThingGroupCommand({ thingGroupName }));
        return thingGroupName;
      },
      (thingGroupName) => iot.send(new DeleteThingGroupCommand({ thingGroupName })),
    );
    const certificate = resource(
      async () => {
        const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
        return { ...made, certificateId: made.certificateId ?? '', certificateArn: made.certificateArn ?? '' };
      },
      async ({ certificateId }) => {
        await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
        await iot.send(new DeleteCertificateCommand({ certificateId, forceDelete: true }));
      },
    );
    const policy = resource(
      async () => {
        const policyName = uniqueName('policy');
        await iot.send(new CreatePolicyCommand({ policyName, policyDocument: policyDocument('iot:Connect') }));
        return policyName;
      },
      (policyName) => iot.send(new DeletePolicyCommand({ policyName })),
    );

    conforms('a thing made again alike is no error, and otherwise ResourceAlreadyExists', 'CreateThing', async () => {
      const thingName = await thing();
      const attributes = { site: 'north' };
      const again = await iot.send(new CreateThingCommand({ thingName, attributePayload: { attributes } }));
      expect(again.thingName).toBe(thingName);
      const other = { thingName, attributePayload: { attributes: { site: 'south' } } };
      await expect(iot.send(new CreateThingCommand(other))).rejects.toMatchObject({
        name: 'ResourceAlreadyExistsException',
        $metadata: { httpStatusCode: 409 },
      });
    });

    conforms('attributes are merged, an empty one is removed, and the version counts', 'UpdateThing', async () => {
      const thingName = await thing();
      const before = await iot.send(new DescribeThingCommand({ thingName }));
      const update = (attributes: Record<string, string>) =>
        iot.send(new UpdateThingCommand({ thingName, attributePayload: { attributes, merge: true } }));
      await update({ row: '7' });
      expect((await iot.send(new DescribeThingCommand({ thingName }))).attributes).toEqual({ site: 'north', row: '7' });
      await update({ row: '' });
      const after = await iot.send(new DescribeThingCommand({ thingName }));
      expect(after.attributes).toEqual({ site: 'north' });
      expect(after.version).toBe((before.version ?? 0) + 2);
    });

    conforms('an update that expects another version is refused', 'UpdateThing', async () => {
      const request = { thingName: await thing(), expectedVersion: 99, attributePayload: { attributes: { a: 'b' } } };
      await expect(iot.send(new UpdateThingCommand(request))).rejects.toMatchObject({
        name: 'VersionConflictException',
        $metadata: { httpStatusCode: 409 },
      });
    });

    conforms('a thing that is not there is ResourceNotFoundException', 'DescribeThing', async () => {
      await expect(iot.send(new DescribeThingCommand({ thingName: uniqueName('none') }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        $metadata: { httpStatusCode: 404 },
      });
    });

    conforms('a name with a space is refused', 'CreateThing', async () => {
      await expect(iot.send(new CreateThingCommand({ thingName: 'not a name' }))).rejects.toMatchObject({
        name: 'InvalidRequestException',
      });
    });

    conforms('a group lists its things', 'ListThingsInThingGroup', async () => {
      const [thingName, thingGroupName] = [await thing(), await thingGroup()];
      await iot.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }));
      const { things } = await iot.send(new ListThingsInThingGroupCommand({ thingGroupName }));
      expect(things).toEqual([thingName]);
    });

    conforms('a new certificate has a PEM, a key and an id of 64 hex digits', 'CreateKeysAndCertificate', async () => {
      const made = await certificate();
      expect(made.certificateId).toMatch(/^[0-9a-f]{64}$/);
      expect(made.certificateArn).toMatch(new RegExp(`:cert/${made.certificateId}$`));
      expect(made.certificatePem).toMatch(/^-----BEGIN CERTIFICATE-----/);
      expect(made.keyPair?.PrivateKey).toMatch(/PRIVATE KEY-----/);
      const described = await iot.send(new DescribeCertificateCommand({ certificateId: made.certificateId }));
      expect(described.certificateDescription?.status).toBe('ACTIVE');
    });

    conforms('an active certificate is not deleted', 'DeleteCertificate', async () => {
      const { certificateId } = await certificate();
      await expect(iot.send(new DeleteCertificateCommand({ certificateId }))).rejects.toMatchObject({
        name: 'CertificateStateException',
        $metadata: { httpStatusCode: 406 },
      });
    });

    conforms('a policy that is attached is not deleted', 'DeletePolicy', async () => {
      const [policyName, { certificateArn: target }] = [await policy(), await certificate()];
      await iot.send(new AttachPolicyCommand({ policyName, target }));
      const { policies } = await iot.send(new ListAttachedPoliciesCommand({ target }));
      expect(policies?.map((each) => each.policyName)).toEqual([policyName]);
      await expect(iot.send(new DeletePolicyCommand({ policyName }))).rejects.toMatchObject({
        name: 'DeleteConflictException',
      });
      await iot.send(new DetachPolicyCommand({ policyName, target }));
    });

    conforms('a policy keeps five versions at most, and one is its default', 'CreatePolicyVersion', async () => {
      const policyName = uniqueName('versions');
      await iot.send(new CreatePolicyCommand({ policyName, policyDocument: policyDocument('iot:Connect') }));
      const add = (action: string, setAsDefault: boolean) =>
        iot.send(new CreatePolicyVersionCommand({ policyName, policyDocument: policyDocument(action), setAsDefault }));
      expect((await add('iot:Publish', true)).policyVersionId).toBe('2');
      for (const action of ['iot:Subscribe', 'iot:Receive', 'iot:*']) await add(action, false);
      expect((await iot.send(new GetPolicyCommand({ policyName }))).defaultVersionId).toBe('2');
      await expect(add('iot:Connect', false)).rejects.toMatchObject({ name: 'VersionsLimitExceededException' });
      for (const policyVersionId of ['1', '3', '4', '5'])
        await iot.send(new DeletePolicyVersionCommand({ policyName, policyVersionId }));
      await iot.send(new DeletePolicyCommand({ policyName }));
    });

    conforms('a policy that is no policy is refused', 'CreatePolicy', async () => {
      const creating = iot.send(new CreatePolicyCommand({ policyName: uniqueName('bad'), policyDocument: '{"a":1}' }));
      await expect(creating).rejects.toMatchObject({ name: 'MalformedPolicyException' });
    });

    conforms('a rule whose SQL does not parse is refused', 'CreateTopicRule', async () => {
      const republish = { roleArn: output('RuleRoleArn'), topic: 'conformance/never' };
      const topicRulePayload = { sql: "SELEKT * FROM 'a'", awsIotSqlVersion: '2016-03-23', actions: [{ republish }] };
      const creating = iot.send(
        new CreateTopicRuleCommand({ ruleName: uniqueName('bad').replaceAll('-', '_'), topicRulePayload }),
      );
      await expect(creating).rejects.toMatchObject({ name: 'SqlParseException' });
    });
  },
);
