import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfiguration } from '../lib/config.ts';
import { composeFieldline } from '../lib/fieldline.ts';
import { acknowledgeFindings } from '../lib/nagFindings.ts';

/** The CDK app. `-c nag=true` checks it against the AWS Solutions rules of cdk-nag too, which takes a few seconds. */
const app = new App({ analyticsReporting: false });
const stacks = composeFieldline(
  app,
  readConfiguration((key) => app.node.tryGetContext(key)),
);
acknowledgeFindings(stacks);
if (app.node.tryGetContext('nag') !== undefined) Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { verbose: true }));
app.synth();
