import type { ProvisioningTemplate, Templates } from '../provisioning/templates.ts';
import type { Registry } from '../registry/registry.ts';
import { invalid } from '../registry/registryErrors.ts';
import { flag, page, type Route, route, seconds } from './route.ts';

interface Hook {
  readonly payloadVersion?: string;
  readonly targetArn?: string;
}

/** Fleet provisioning templates (AWS IoT API Reference). */
export function templateRoutes(registry: Registry, templates: Templates): Route[] {
  const templateArn: Route['resource'] = ({ parameters: [name = ''] }) => registry.arn('provisioningtemplate', name);
  const summary = (template: ProvisioningTemplate) => ({
    templateArn: template.arn,
    templateName: template.name,
    description: template.description,
    creationDate: seconds(template.createdAt),
    lastModifiedDate: seconds(template.modifiedAt),
    enabled: template.enabled,
    type: template.type,
  });

  return [
    route(
      'POST /provisioning-templates',
      'CreateProvisioningTemplate',
      ({ body }) => {
        if (body['type'] === 'JITP')
          throw invalid('Just-in-time provisioning needs a registered CA, which the local cloud does not honour.');
        const template = templates.create({
          name: String(body['templateName']),
          description: body['description'] as string | undefined,
          enabled: body['enabled'] === true,
          roleArn: String(body['provisioningRoleArn']),
          hookArn: (body['preProvisioningHook'] as Hook | undefined)?.targetArn,
          body: String(body['templateBody']),
        });
        return { templateArn: template.arn, templateName: template.name, defaultVersionId: template.defaultVersion };
      },
      ({ request }) =>
        registry.arn(
          'provisioningtemplate',
          String((JSON.parse(request.body.toString() || '{}') as Record<string, unknown>)['templateName']),
        ),
    ),
    route(
      'GET /provisioning-templates/{templateName}',
      'DescribeProvisioningTemplate',
      ({ parameters: [name = ''] }) => {
        const template = templates.get(name);
        return {
          ...summary(template),
          defaultVersionId: template.defaultVersion,
          templateBody: template.body,
          provisioningRoleArn: template.roleArn,
          ...(template.hookArn !== undefined && {
            preProvisioningHook: { payloadVersion: '2020-04-01', targetArn: template.hookArn },
          }),
        };
      },
      templateArn,
    ),
    route('GET /provisioning-templates', 'ListProvisioningTemplates', ({ query }) => {
      const { items, nextToken } = page(query, templates.list(), ({ name }) => name);
      return { templates: items.map(summary), nextToken };
    }),
    route(
      'PATCH /provisioning-templates/{templateName}',
      'UpdateProvisioningTemplate',
      ({ parameters: [name = ''], body }) => {
        const hook = body['preProvisioningHook'] as Hook | undefined;
        templates.update(name, {
          ...(typeof body['description'] === 'string' && { description: body['description'] }),
          ...(typeof body['enabled'] === 'boolean' && { enabled: body['enabled'] }),
          ...(typeof body['defaultVersionId'] === 'number' && { defaultVersion: body['defaultVersionId'] }),
          ...(typeof body['provisioningRoleArn'] === 'string' && { roleArn: body['provisioningRoleArn'] }),
          ...(body['removePreProvisioningHook'] === true
            ? { hookArn: null }
            : hook?.targetArn !== undefined && { hookArn: hook.targetArn }),
        });
      },
      templateArn,
    ),
    route(
      'DELETE /provisioning-templates/{templateName}',
      'DeleteProvisioningTemplate',
      ({ parameters: [name = ''] }) => templates.delete(name),
      templateArn,
    ),
    route(
      'POST /provisioning-templates/{templateName}/versions',
      'CreateProvisioningTemplateVersion',
      ({ parameters: [name = ''], body, query }) => {
        const version = templates.createVersion(name, String(body['templateBody']), flag(query, 'setAsDefault'));
        return {
          templateArn: registry.arn('provisioningtemplate', name),
          templateName: name,
          versionId: version.id,
          isDefaultVersion: version.isDefault,
        };
      },
      templateArn,
    ),
    route(
      'GET /provisioning-templates/{templateName}/versions',
      'ListProvisioningTemplateVersions',
      ({ parameters: [name = ''] }) => ({
        versions: templates.versions(name).map((version) => ({
          versionId: version.id,
          creationDate: seconds(version.createdAt),
          isDefaultVersion: version.isDefault,
        })),
      }),
      templateArn,
    ),
    route(
      'GET /provisioning-templates/{templateName}/versions/{versionId}',
      'DescribeProvisioningTemplateVersion',
      ({ parameters: [name = '', id = ''] }) => {
        const version = templates.version(name, Number(id));
        return {
          versionId: version.id,
          creationDate: seconds(version.createdAt),
          templateBody: version.body,
          isDefaultVersion: version.isDefault,
        };
      },
      templateArn,
    ),
    route(
      'DELETE /provisioning-templates/{templateName}/versions/{versionId}',
      'DeleteProvisioningTemplateVersion',
      ({ parameters: [name = '', id = ''] }) => templates.deleteVersion(name, Number(id)),
      templateArn,
    ),
  ];
}
