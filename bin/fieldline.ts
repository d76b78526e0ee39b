import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { readConfiguration } from '../lib/config.ts';
import { composeFieldline } from '../lib/fieldline.ts';
import { acceptFindings, checkFindings } from '../lib/nagFindings.ts';

/**
 * The CDK app. It reads cdk.json by itself, so that `node bin/fieldline.ts` and `cdk synth` write the same templates.
 * `-c nag=true` checks them against the AWS Solutions rules of cdk-nag too, which takes a few seconds.
 */
const app = new App({ analyticsReporting: false, context: cdkJson.context });
const stacks = composeFieldline(
  app,
  readConfiguration((key) => app.node.tryGetContext(key)),
);
acceptFindings(stacks);
if (app.node.tryGetContext('nag') !== undefined) checkFindings(app);
app.synth();
