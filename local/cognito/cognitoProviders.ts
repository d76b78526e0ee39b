import { createHash, randomBytes } from 'node:crypto';
import type { CloudContext } from '../context.ts';
import { NotHonoured, type ResourceProvider } from '../resources/provider.ts';
import { defaultPasswordPolicy, type PasswordPolicy } from './password.ts';
import type { ClientSettings, PoolCatalog } from './poolCatalog.ts';
import { makeKeys } from './tokens.ts';

type Properties = Readonly<Record<string, unknown>>;

const noMail = 'nothing leaves this machine by mail or SMS; the log shows temporary passwords';
const noPages = 'there is no managed login here: users sign in by the API';

/** Characters as Cognito gives, but the same at every start. */
const stableId = (source: string, length: number) =>
  BigInt(`0x${createHash('sha256').update(source).digest('hex')}`)
    .toString(36)
    .slice(-length);

export function cognitoProviders(context: CloudContext, catalog: PoolCatalog): ResourceProvider[] {
  return [
    {
      type: 'AWS::Cognito::UserPool',
      honoured: [
        ...['MinimumLength', 'RequireUppercase', 'RequireLowercase', 'RequireNumbers', 'RequireSymbols'].map(
          (name) => `Policies.PasswordPolicy.${name}`,
        ),
        'Policies.PasswordPolicy.TemporaryPasswordValidityDays',
        'UsernameAttributes',
        'AliasAttributes',
        'UsernameConfiguration.CaseSensitive',
        'MfaConfiguration',
      ],
      noEffect: {
        UserPoolName: 'text for people',
        UserPoolTags: 'nothing reads them',
        UserPoolTier: 'what is honoured is in every plan',
        DeletionProtection: 'only --fresh deletes a pool here',
        'AdminCreateUserConfig.AllowAdminCreateUserOnly': 'only administrators create users: SignUp is refused by name',
        'AdminCreateUserConfig.InviteMessageTemplate': noMail,
        AccountRecoverySetting: 'ForgotPassword is refused by name',
        AutoVerifiedAttributes: 'SignUp is refused by name',
        EmailConfiguration: noMail,
        EmailVerificationMessage: noMail,
        EmailVerificationSubject: noMail,
        SmsVerificationMessage: noMail,
        VerificationMessageTemplate: noMail,
      },
      async provision({ properties, generatedName }) {
        const id = `${context.region}_${stableId(generatedName, 9)}`;
        if ((properties['MfaConfiguration'] ?? 'OFF') !== 'OFF')
          throw new NotHonoured('MfaConfiguration', 'only OFF is honoured');
        const list = (name: string) => (properties[name] ?? []) as string[];
        if (list('UsernameAttributes').length > 0 && list('AliasAttributes').length > 0)
          throw new NotHonoured('AliasAttributes', 'AWS takes either these or UsernameAttributes');
        const { CaseSensitive: caseSensitive = true } = (properties['UsernameConfiguration'] ?? {}) as Properties;
        catalog.putPool(
          id,
          {
            passwordPolicy: readPasswordPolicy(properties),
            usernameAttributes: list('UsernameAttributes'),
            aliasAttributes: list('AliasAttributes'),
            caseSensitive: isTrue(caseSensitive),
          },
          catalog.keys(id) ?? (await makeKeys()),
        );
        const issuer = catalog.issuer(id);
        return {
          ref: id,
          attributes: {
            Arn: catalog.arn(id),
            UserPoolId: id,
            ProviderName: issuer.replace(/^https?:\/\//, ''),
            ProviderURL: issuer,
          },
        };
      },
    },
    {
      type: 'AWS::Cognito::UserPoolClient',
      honoured: [
        'UserPoolId',
        'GenerateSecret',
        'ExplicitAuthFlows',
        'AccessTokenValidity',
        'IdTokenValidity',
        'RefreshTokenValidity',
        'TokenValidityUnits.AccessToken',
        'TokenValidityUnits.IdToken',
        'TokenValidityUnits.RefreshToken',
        'AuthSessionValidity',
        'PreventUserExistenceErrors',
        'EnableTokenRevocation',
        'SupportedIdentityProviders',
      ],
      noEffect: {
        ClientName: 'text for people',
        AllowedOAuthFlows: noPages,
        AllowedOAuthFlowsUserPoolClient: noPages,
        AllowedOAuthScopes: noPages,
        CallbackURLs: noPages,
        DefaultRedirectURI: noPages,
        LogoutURLs: noPages,
      },
      provision({ properties, generatedName }) {
        const pool = poolOf(catalog, properties);
        const id = stableId(`${pool}/${generatedName}`, 26);
        const secret = isTrue(properties['GenerateSecret'])
          ? BigInt(`0x${randomBytes(40).toString('hex')}`)
              .toString(36)
              .slice(-51)
          : undefined;
        const kept = catalog.putClient({ id, pool, secret, ...readClient(properties) });
        return {
          ref: id,
          attributes: {
            ClientId: id,
            Name: String(properties['ClientName'] ?? generatedName),
            ...(kept !== undefined && { ClientSecret: kept }),
          },
        };
      },
    },
    {
      type: 'AWS::Cognito::UserPoolGroup',
      honoured: ['UserPoolId', 'GroupName', 'Precedence'],
      noEffect: { Description: 'text for people' },
      provision({ properties, generatedName }) {
        const name = String(properties['GroupName'] ?? generatedName);
        const precedence = properties['Precedence'];
        catalog.putGroup(poolOf(catalog, properties), name, precedence === undefined ? undefined : Number(precedence));
        return { ref: name, attributes: {} };
      },
    },
  ];
}

const isTrue = (value: unknown) => String(value) === 'true';

function poolOf(catalog: PoolCatalog, properties: Properties): string {
  const pool = String(properties['UserPoolId']);
  if (catalog.keys(pool) === undefined) throw new NotHonoured('UserPoolId', `there is no user pool ${pool}`);
  return pool;
}

/** A policy that says only some of it asks for no more: what it leaves out is not required. */
function readPasswordPolicy(properties: Properties): PasswordPolicy {
  const { PasswordPolicy: policy } = (properties['Policies'] ?? {}) as { PasswordPolicy?: Properties };
  if (!policy) return defaultPasswordPolicy;
  const within = (name: string, fallback: number, least: number, most: number) => {
    const value = Number(policy[name] ?? fallback);
    if (!(value >= least && value <= most))
      throw new NotHonoured(`Policies.PasswordPolicy.${name}`, `it is ${value}; AWS takes ${least} to ${most}`);
    return value;
  };
  return {
    minimumLength: within('MinimumLength', defaultPasswordPolicy.minimumLength, 6, 99),
    uppercase: isTrue(policy['RequireUppercase']),
    lowercase: isTrue(policy['RequireLowercase']),
    numbers: isTrue(policy['RequireNumbers']),
    symbols: isTrue(policy['RequireSymbols']),
    temporaryDays: within('TemporaryPasswordValidityDays', defaultPasswordPolicy.temporaryDays, 0, 365) || 7,
  };
}

/** What a client may name; SRP, custom and choice-based flows are refused when they are called. */
const authFlows = [
  'ADMIN_USER_PASSWORD_AUTH',
  'CUSTOM_AUTH',
  'REFRESH_TOKEN_AUTH',
  'USER_PASSWORD_AUTH',
  'USER_SRP_AUTH',
];
const unitSeconds: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

function readClient(properties: Properties): ClientSettings {
  const flows = (properties['ExplicitAuthFlows'] ?? ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH']) as string[];
  for (const flow of flows)
    if (!authFlows.some((known) => flow === `ALLOW_${known}`))
      throw new NotHonoured('ExplicitAuthFlows', `${flow} is not honoured`);
  const providers = (properties['SupportedIdentityProviders'] ?? ['COGNITO']) as string[];
  if (providers.some((provider) => provider !== 'COGNITO'))
    throw new NotHonoured('SupportedIdentityProviders', 'only COGNITO is honoured');
  if (properties['EnableTokenRevocation'] !== undefined && !isTrue(properties['EnableTokenRevocation']))
    throw new NotHonoured('EnableTokenRevocation', 'tokens can always be revoked here');
  const hides = String(properties['PreventUserExistenceErrors'] ?? 'LEGACY');
  if (!['LEGACY', 'ENABLED'].includes(hides))
    throw new NotHonoured('PreventUserExistenceErrors', 'AWS takes LEGACY and ENABLED');
  const units = (properties['TokenValidityUnits'] ?? {}) as Properties;
  const lasting = (token: string, unit: string, fallback: number, least: number, most: number) => {
    const value = Number(properties[`${token}Validity`] ?? 0);
    const seconds = value === 0 ? fallback : value * (unitSeconds[String(units[token] ?? unit)] ?? Number.NaN);
    if (!(seconds >= least && seconds <= most))
      throw new NotHonoured(`${token}Validity`, `AWS takes ${least} to ${most} seconds`);
    return seconds;
  };
  const sessionMinutes = Number(properties['AuthSessionValidity'] ?? 3);
  if (!(sessionMinutes >= 3 && sessionMinutes <= 15))
    throw new NotHonoured('AuthSessionValidity', 'AWS takes 3 to 15 minutes');
  return {
    authFlows: flows,
    accessSeconds: lasting('AccessToken', 'hours', 3600, 300, 86_400),
    idSeconds: lasting('IdToken', 'hours', 3600, 300, 86_400),
    refreshSeconds: lasting('RefreshToken', 'days', 30 * 86_400, 3600, 3650 * 86_400),
    sessionSeconds: sessionMinutes * 60,
    hidesUsers: hides === 'ENABLED',
  };
}
