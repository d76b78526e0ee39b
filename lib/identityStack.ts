import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountRecovery, CfnUserPoolGroup, Mfa, UserPool, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { accessTokenMinutes, sessionHours } from '../functions/identity/sessions.ts';
import { platformAdminGroup } from '../functions/platform/access/caller.ts';
import type { Configuration } from './config.ts';

/** People: the Cognito user pool and its client. Only admins make users; what a user may do is in the directory table. */
export class IdentityStack extends Stack {
  readonly users: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: StackProps & { readonly configuration: Configuration }) {
    super(scope, id, props);
    const { disposable, stage } = props.configuration;
    this.users = new UserPool(this, 'Users', {
      userPoolName: `fieldline-${stage}`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      mfa: Mfa.OFF,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: !disposable,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    new CfnUserPoolGroup(this, 'PlatformAdmins', {
      userPoolId: this.users.userPoolId,
      groupName: platformAdminGroup,
      description: 'Administer every application',
    });
    this.client = this.users.addClient('ApiClient', {
      authFlows: { userPassword: true },
      generateSecret: false,
      // Membership is checked at each request; the token itself is asked for anew this often.
      accessTokenValidity: Duration.minutes(accessTokenMinutes),
      idTokenValidity: Duration.minutes(accessTokenMinutes),
      // Not rotated: however often it is used, the session ends when it ends.
      refreshTokenValidity: Duration.hours(sessionHours),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });

    new CfnOutput(this, 'UserPoolId', { value: this.users.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.client.userPoolClientId });
  }
}
