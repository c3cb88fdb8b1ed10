// @ts-check
/** @import { Schema } from './docs-schema.js' */
/** The OpenAPI document's operations as HTML. */
import { referenceName, schemaTable, typeText } from './docs-schema.js';
import { html } from './html.js';

/** @typedef {Record<string, {schema?: Schema, example?: unknown}>} Content by media type */

/**
 * @typedef {object} Operation
 * @property {string} operationId
 * @property {string[]} tags
 * @property {string} summary
 * @property {string} [description]
 * @property {{name: string, in: string, required: boolean, description?: string, schema: Schema}[]} [parameters]
 * @property {{content: Content}} [requestBody]
 * @property {Record<string, {description: string, content?: Content}>} responses
 */

/**
 * @typedef {object} OpenApi
 * @property {{title: string, version: string, description: string}} info
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{schemas: Record<string, Schema>}} components
 */

/** @typedef {Operation & {path: string, method: string}} Route */

/** @param {OpenApi} document */
function routesByTag({ paths }) {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  );
  return Map.groupBy(routes, route => route.tags[0] ?? '');
}

/** The whole document: contents, operations by tag, schemas. @param {OpenApi} document */
export function documentHtml(document) {
  const tags = [...routesByTag(document)];
  const contents = tags.map(
    ([tag, routes]) =>
      html`<div><h2>${tag}</h2><ul>${routes.map(
        ({ operationId, method, path }) =>
          html`<li><a href="#${operationId}"><code><span class="method">${method.toUpperCase()}</span> ${path}</code></a></li>`,
      )}</ul></div>`,
  );
  const sections = tags.map(
    ([tag, routes]) => html`<section><h2>${tag}</h2>${routes.map(operationHtml)}</section>`,
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      html`<details id="schema-${name}"><summary>${name}</summary>${schemaTable(name, schema)}</details>`,
  );
  return html`<p class="lead">${document.info.description} Version ${document.info.version}. Errors are JSON: <code>{"error": {"code", "message", "details"}}</code>.</p>
<nav class="contents" aria-label="Operations">${contents}</nav>
${sections}
<section><h2>Schemas</h2>${schemas}</section>`;
}

/** @param {Route} route */
function operationHtml({
  operationId,
  method,
  path,
  summary,
  description,
  parameters,
  requestBody,
  responses,
}) {
  return html`<article class="operation" id="${operationId}">
<h3><span class="method">${method.toUpperCase()}</span> ${path}</h3>
<p>${summary}. ${description}</p>
${parameters && parametersHtml(parameters)}
${requestBody && html`<h4>Request</h4>${contentHtml(requestBody.content)}`}
<h4>Answers</h4>
${Object.entries(responses).map(([status, answer]) => answerHtml(status, answer))}
${operationId === 'predict' && requestBody && tryHtml(requestBody.content)}
</article>`;
}

/** @param {NonNullable<Operation['parameters']>} parameters */
function parametersHtml(parameters) {
  const items = parameters.map(
    ({ name, in: place, description, schema }) =>
      html`<li><code>${name}</code> in the ${place}: <code>${typeText(schema)}</code>${description && `. ${description}`}</li>`,
  );
  return html`<h4>Parameters</h4><ul>${items}</ul>`;
}

/** @param {string} status @param {Operation['responses'][string]} answer */
function answerHtml(status, { description, content }) {
  const lines = description.split('\n\n');
  if (Number(status) >= 400) {
    return html`<details><summary>${status} <small>${lines.map(line => line.split(':')[0]).join(', ')}</small></summary><ul>${lines.map(line => html`<li>${line}</li>`)}</ul></details>`;
  }
  return html`<p><strong>${status}</strong> ${description}</p>${content && contentHtml(content)}`;
}

/** @param {Content} content */
function contentHtml(content) {
  return Object.entries(content).map(([type, { schema, example }]) => {
    const name = schema?.$ref && referenceName(schema.$ref);
    const meaning = name ? html`<a href="#schema-${name}">${name}</a>` : schema?.description;
    return html`<p><code>${type}</code> ${meaning}</p>${example !== undefined && html`<pre tabindex="0">${JSON.stringify(example, null, 2)}</pre>`}`;
  });
}

/** @param {Content} content */
function tryHtml(content) {
  return html`<form class="try">
<label for="try-body">Try it</label>
<textarea id="try-body" spellcheck="false">${JSON.stringify(content['application/json']?.example ?? {}, null, 2)}</textarea>
<button>Send</button>
<pre id="try-answer" tabindex="0" aria-live="polite" hidden></pre>
</form>`;
}
