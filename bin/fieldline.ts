import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { readConfiguration } from '../lib/config.ts';
import { synthesizeFor } from '../lib/emulators/synthesizeFor.ts';
import { composeFieldline } from '../lib/fieldline.ts';
import { acceptFindings, checkFindings } from '../lib/nagFindings.ts';

/**
 * The CDK app. It reads cdk.json by itself, so that `node bin/fieldline.ts` and `cdk synth` write the same templates.
 * `-c nag=true` checks them against the AWS Solutions rules of cdk-nag too, which takes a few seconds.
 */
const app = new App({ analyticsReporting: false, context: cdkJson.context });
const configuration = readConfiguration((key) => app.node.tryGetContext(key));
const stacks = composeFieldline(app, configuration);
acceptFindings(stacks);
if (app.node.tryGetContext('nag') !== undefined) checkFindings(app);
if (configuration.emulator === undefined) app.synth();
else synthesizeFor(app, configuration.emulator);
