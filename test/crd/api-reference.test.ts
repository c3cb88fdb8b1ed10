import assert from 'node:assert/strict';
import { apiReference } from '../../scripts/generated/api-reference.ts';
import { SchemaTables } from '../../scripts/generated/schema-tables.ts';
import { definitions, nodesOf, schemaOf } from './schemas.ts';

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('API reference', () => {
  let page = '';
  before(async () => {
    page = await apiReference();
  });

  it('links to headings that exist, each of them once', () => {
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
    assert.deepEqual(
      headings.filter((heading, index) => headings.indexOf(heading) !== index),
      [],
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    assert.ok(links.length > 30, `${links.length} links`);
    assert.deepEqual(
      links.filter(anchor => !headings.includes(anchor)),
      [],
    );
  });

  it('describes every field of both kinds', () => {
    for (const { kind } of definitions) {
      for (const [path, { description }] of nodesOf(schemaOf(kind.kind))) {
        if (!/^(spec|status)\./.test(path) || /(\[\]|\{\})$/.test(path)) continue;
        const name = path.slice(path.lastIndexOf('.') + 1);
        assert.ok(page.includes(`| \`${name}\` |`), path);
        assert.ok(page.includes(`${description}`.replaceAll(/[|<]/g, '\\$&')), `${path}: ${description}`);
      }
    }
  });

  it('has every rule', () => {
    const rules = definitions.flatMap(({ kind }) =>
      [...nodesOf(schemaOf(kind.kind))].flatMap(([, node]) => node['x-kubernetes-validations'] ?? []),
    );
    assert.ok(rules.length > 20, `${rules.length} rules`);
    for (const { message, fieldPath } of rules) {
      const text = message.slice(fieldPath.length).replace(/^is (?=immutable)/, '');
      assert.ok(page.toLowerCase().includes(text.toLowerCase()), message);
    }
  });

  it('has type, default, limits, enumerations and rules in a table', () => {
    const text = new SchemaTables().of('Example', 'spec', {
      properties: {
        spec: {
          type: 'object',
          description: 'An example.',
          required: ['size'],
          properties: {
            size: { type: 'integer', minimum: 1, maximum: 3, description: 'Its size.' },
            share: {
              type: 'number',
              exclusiveMinimum: true,
              minimum: 0,
              default: 0.5,
              description: 'A share.',
            },
            color: { type: 'string', enum: ['Red', 'Blue'], pattern: 'a|b', description: 'Color of <name>.' },
          },
          'x-kubernetes-validations': [
            { rule: 'self.size > 1', message: 'size must be larger', fieldPath: '.size' },
            { rule: 'self.color == oldSelf.color', message: 'color is immutable', fieldPath: '.color' },
          ],
        },
      },
    });
    assert.deepEqual(text, [
      '### Example: spec',
      '',
      'An example.',
      '',
      '| field | type | default | limits | description |',
      '| --- | --- | --- | --- | --- |',
      '| `size` | integer | *required* | 1 to 3 | Its size. |',
      '| `share` | number | `0.5` | above 0 | A share. |',
      '| `color` | string |  | `Red`, `Blue`, `a\\|b` | Color of \\<name>. *Immutable.* |',
      '',
      'Rules:',
      '',
      '- `size` must be larger',
      '',
    ]);
  });
});
