import type { ResourceProvider } from './provider.ts';

/** docs/local-cloud.md: which CloudFormation the local cloud honours, as its providers declare it. */
export function coverageTable(providers: readonly ResourceProvider[]): string {
  const sorted = [...providers].sort((a, b) => (a.type < b.type ? -1 : 1));
  return `# The local cloud

\`local/\` runs a synthesized CDK assembly on Node.js alone. Each resource of the assembly is made real by the provider of its
type, and what a provider can't honour stops the start before anything is made, with the stack, the logical id, the type and
the property:

\`\`\`
The local cloud can't honour this:
  FieldlineData / DevicesTable (AWS::DynamoDB::Table): KinesisStreamSpecification: this property is not honoured
\`\`\`

So what starts here has no part that is silently left out. The table is the whole of it: a type that isn't in it is refused, and so is
a property that isn't in its row. A path covers all below it; \`*\` stands for the items of a list or the keys of a map. Properties
in the last column are accepted and change nothing on one machine, by design.

Written by \`node local/coverage.ts\` from what the providers declare. Don't edit it: a unit test compares.

| Type | Honoured | Without effect, and why |
| --- | --- | --- |
${sorted.map(row).join('\n')}
`;
}

function row({ type, honoured, noEffect }: ResourceProvider): string {
  return `| ${code(type)} | ${honoured.map(code).join(', ')} | ${byReason(noEffect).join('; ')} |`;
}

function byReason(noEffect: Readonly<Record<string, string>>): string[] {
  const paths = new Map<string, string[]>();
  for (const [path, reason] of Object.entries(noEffect)) paths.set(reason, [...(paths.get(reason) ?? []), path]);
  return [...paths].map(
    ([reason, group]) => `${group.map((path) => (path === '*' ? 'all else' : code(path))).join(', ')}: ${reason}`,
  );
}

const code = (text: string) => `\`${text}\``;
