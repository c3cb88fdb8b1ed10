import assert from 'node:assert/strict';
import { fieldsOf, schemaTable, typeText } from '../../src/web/docs-schema.js';

describe('schemas on /docs', () => {
  for (const [schema, text] of [
    [{ $ref: '#/components/schemas/PredictRequest' }, 'PredictRequest'],
    [{ type: 'number', minimum: 0, maximum: 100 }, 'number, at least 0, at most 100'],
    [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, 'number, above 0, below 1'],
    [{ type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
    [{ type: 'string', format: 'date' }, 'string (date)'],
    [{ enum: ['Low', 'High'] }, '"Low" | "High"'],
    [{ const: 1 }, '1'],
    [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, 'number | null'],
    [{ type: 'array', items: { type: 'number' } }, 'list of number'],
    [{ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] }, '[number, string]'],
    [{}, 'any'],
  ] as const) {
    it(`describes the type as ${text}`, () => assert.equal(typeText(schema), text));
  }

  it('lists inner fields with their path', () => {
    const fields = fieldsOf({
      type: 'object',
      required: ['error'],
      properties: {
        error: {
          type: 'object',
          required: ['code'],
          properties: { code: { type: 'string', description: 'Which' }, details: { type: 'object' } },
        },
        rows: { type: 'array', items: { type: 'object', properties: { line: { type: 'integer' } } } },
      },
    });
    assert.deepEqual(
      fields.map(({ path, isRequired }) => [path, isRequired]),
      [
        ['error', true],
        ['error.code', true],
        ['error.details', false],
        ['rows', false],
        ['rows[].line', false],
      ],
    );
    assert.equal(fields[1]?.description, 'Which');
  });

  it('escapes texts of the schemas', () => {
    const table = schemaTable('X', { properties: { '<script>': { type: 'string', description: '<b>' } } });
    assert.doesNotMatch(String(table), /<script>|<b>/);
  });
});
