import { asyncTags } from '../../functions/platform/asyncChannel.ts';
import type { AsyncApiDocument, ChannelObject, MessageObject, OperationObject } from './document.ts';
import { fieldsOf } from './fields.ts';

/** The document as a page for people: all in one, without a script. */
export function messagesPage(document: AsyncApiDocument): string {
  const { info, servers, channels } = document;
  const byTag = Object.entries(asyncTags).map(
    ([tag, description]) =>
      [tag, description, Object.entries(channels).filter(([, { tags }]) => nameIn(tags[0]?.$ref) === tag)] as const,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(info.title)}: messages</title>
<style>${style}</style>
<h1>${text(info.title)}: what goes over MQTT and the WebSocket API</h1>
${paragraphs(info.description)}
<nav>${byTag.map(([tag]) => `<a href="#${text(tag)}">${text(tag)}</a>`).join(' ')}</nav>
<h2>Servers</h2>
<dl>${Object.entries(servers)
    .map(
      ([name, { protocol, host, description }]) =>
        `<dt><code>${text(name)}</code> ${text(protocol)}://${text(host)}</dt><dd>${inline(description)}</dd>`,
    )
    .join('')}</dl>
${byTag
  .map(
    ([tag, description, members]) =>
      `<h2 id="${text(tag)}">${text(tag)}</h2><p>${inline(description)}</p>${members
        .map(([key, channel]) => channelSection(document, key, channel))
        .join('')}`,
  )
  .join('\n')}
</html>
`;
}

function channelSection(document: AsyncApiDocument, key: string, channel: ChannelObject): string {
  const operations = Object.values(document.operations).filter((operation) => nameIn(operation.channel.$ref) === key);
  return `<section id="${text(key)}"><h3><code>${text(channel.address)}</code></h3>
<p>${inline(channel.summary)}. ${inline(channel.description ?? '')}</p>
${operations.map((operation) => operationPart(document, operation)).join('')}</section>`;
}

function operationPart(document: AsyncApiDocument, operation: OperationObject): string {
  const { action, summary, description, bindings, reply, messages } = operation;
  const replyKey = nameIn(reply?.channel.$ref);
  const answered = reply === undefined ? '' : ` Answered on <a href="#${text(replyKey)}">${text(replyKey)}</a>.`;
  const qos = bindings === undefined ? '' : ` QoS ${bindings.mqtt.qos}.`;
  return `<p><b class="${action}">${action === 'send' ? 'Fieldline sends' : 'Fieldline receives'}</b> ${inline(summary)}.${qos}${answered} ${inline(description ?? '')}</p>
${messages.map(({ $ref }) => messagePart(document, nameIn($ref))).join('')}`;
}

function messagePart({ components }: AsyncApiDocument, name: string): string {
  const message = components.messages[name];
  if (message === undefined) return '';
  return `<details><summary><code>${text(name)}</code> ${inline(message.summary)}</summary>
${fieldsTable(message.payload, components.schemas)}${message.headers === undefined ? '' : `<p>MQTT 5 user properties:</p>${fieldsTable(message.headers, components.schemas)}`}${(message.examples ?? []).map(({ payload }) => `<pre>${text(JSON.stringify(payload, null, 2))}</pre>`).join('')}</details>`;
}

function fieldsTable(schema: MessageObject['payload'], schemas: AsyncApiDocument['components']['schemas']): string {
  const fields = fieldsOf({ ...schema }, schemas);
  if (fields.length === 0) return '';
  return `<table><tr><th>field<th>type<th>meaning${fields
    .map(
      ({ path, type, isRequired, meaning }) =>
        `<tr><td><code>${text(path)}</code>${isRequired ? '' : ' <i>optional</i>'}<td>${text(type)}<td>${inline(meaning)}`,
    )
    .join('')}</table>`;
}

const nameIn = (reference: string | undefined) => reference?.split('/').at(-1) ?? '';
const text = (plain: string) =>
  plain.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? '');
/** Of CommonMark, what the descriptions use. */
const inline = (markdown: string) => text(markdown).replace(/`([^`]+)`/g, '<code>$1</code>');
const paragraphs = (markdown: string) =>
  markdown
    .split('\n\n')
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n');

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
h2 { border-bottom: 1px solid; margin-top: 2.5rem }
h3 { margin: 1.5rem 0 0; overflow-wrap: anywhere }
nav a { margin-right: 1rem }
.send { color: #1a7f37 } .receive { color: #0969da }
details { margin: .3rem 0 .3rem 1rem }
table { border-collapse: collapse; margin: .5rem 0 } th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884 }
pre { overflow-x: auto; background: #8881; padding: .5rem }
`;
