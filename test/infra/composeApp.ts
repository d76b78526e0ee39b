import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { readConfiguration } from '../../lib/config.ts';
import { composeFieldline } from '../../lib/fieldline.ts';

const cdkJson: { context: Record<string, unknown> } = JSON.parse(
  readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'),
);

const folder = mkdtempSync(join(tmpdir(), 'fieldline-infra-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

interface Composition {
  readonly outdir?: string;
  /** Whether CloudFormation Validate looks at the templates, which takes as long as all the rest. */
  readonly validates?: boolean;
}

/** The app as bin/fieldline.ts composes it, in a fixed account and with the functions left unbundled. */
export function composeApp(
  context: Readonly<Record<string, unknown>> = {},
  { outdir = mkdtempSync(join(folder, 'cdk.out-')), validates = false }: Composition = {},
) {
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: validates,
    outdir,
    context: {
      ...cdkJson.context,
      account: '111122223333',
      region: 'eu-central-1',
      'aws:cdk:bundling-stacks': [],
      ...context,
    },
  });
  const stacks = composeFieldline(
    app,
    readConfiguration((key) => app.node.tryGetContext(key)),
  );
  return { app, stacks };
}
