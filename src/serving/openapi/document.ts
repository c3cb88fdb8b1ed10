/** The OpenAPI 3.1 document, generated from the validating schemas and the table of operations. */
import { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import type { Gate } from '../../http/gate.ts';
import { needsAccess, scopeOf } from '../access-scope.ts';
import { type ErrorCode, errorMeanings, errorStatus } from '../errors.ts';
import type { LoadedModel } from '../model.ts';
import { openInferencePrefix } from '../open-inference/routes.ts';
import { type Examples, examplesOf } from './examples.ts';
import { type Content, type Operation, operations } from './operations.ts';
import { type SchemaName, wireSchemas } from './schemas.ts';

type Json = Record<string, unknown>;

/** What the gate demands of requests. */
type Demands = Pick<Gate, 'protects' | 'limit'>;

/**
 * The document for one model: its indicators are the fields of `/predict`.
 * @param gate null if every request is answered
 */
export function openApiDocument(model: LoadedModel, gate: Demands | null = null): Json {
  const examples = examplesOf(model);
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describeOperation(operation, examples, gate),
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bellwether',
      version: manifest.version,
      description: `Predictions of the next day of ${model.card.symbol}: return and risk class.`,
      license: { name: manifest.license, identifier: manifest.license },
    },
    paths,
    components: { schemas: components(model), securitySchemes: { [bearer]: bearerScheme } },
  };
}

const bearer = 'bearer';
const bearerScheme = {
  type: 'http',
  scheme: 'bearer',
  description: 'A token of the server, where it demands one; see docs/access.md of the project.',
};

function components(model: LoadedModel): Json {
  const schemas = Object.entries(wireSchemas(model.card.features)).map(([name, schema]) => {
    // Requests are described before parsing, answers after.
    const io = name.endsWith('Request') ? 'input' : 'output';
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io, reused: 'inline' });
    return [name, json];
  });
  return Object.fromEntries(schemas);
}

/** The errors of requests that the gate refuses, and whether they need a token. */
function demandsOn(
  { method, path }: Operation,
  gate: Demands | null,
): { errors: ErrorCode[]; token: boolean } {
  if (gate === null || !needsAccess(method.toUpperCase(), path)) return { errors: [], token: false };
  const token = gate.protects[scopeOf(path)];
  return {
    errors: [
      ...(token ? (['Unauthorized', 'TokensUnavailable'] as const) : []),
      ...(gate.limit === null ? [] : (['TooManyRequests'] as const)),
    ],
    token,
  };
}

function describeOperation(operation: Operation, examples: Examples, gate: Demands | null): Json {
  const { id, tag, summary, description, request, answers } = operation;
  const demands = demandsOn(operation, gate);
  const errors = [...operation.errors, ...demands.errors];
  const errorName: SchemaName = operation.path.startsWith(openInferencePrefix) ? 'InferError' : 'Error';
  const responses: Record<string, Json> = {};
  for (const [status, codes] of byStatus(errors)) {
    responses[status] = {
      description: codes.map(code => `${code}: ${errorMeanings[code]}`).join('\n\n'),
      content: {
        'application/json': { schema: reference(errorName), examples: errorExamples(errorName, codes) },
      },
    };
  }
  for (const [status, answer] of Object.entries(answers)) {
    responses[status] = { description: answer.description, content: contents(answer.content, examples) };
  }
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(demands.token ? { security: [{ [bearer]: [] }] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(request === undefined
      ? {}
      : { requestBody: { required: true, content: contents(request, examples) } }),
    responses,
  };
}

function parametersOf({ path, query = [] }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map(({ name, description, values }) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: { type: 'string', enum: values, default: values[0] },
  }));
  return [...inPath, ...inQuery];
}

function contents(list: readonly Content[], examples: Examples): Json {
  return Object.fromEntries(
    list.map(({ type, schema, description }) => {
      if (schema === undefined) {
        return [type, { schema: { type: type === 'application/json' ? 'object' : 'string', description } }];
      }
      const example = examples[schema];
      return [type, { schema: reference(schema), ...(example === undefined ? {} : { example }) }];
    }),
  );
}

function reference(name: SchemaName) {
  return { $ref: `#/components/schemas/${name}` };
}

function byStatus(codes: readonly ErrorCode[]): Map<string, ErrorCode[]> {
  return Map.groupBy(codes, code => String(errorStatus[code]));
}

function errorExamples(name: SchemaName, codes: readonly ErrorCode[]): Json {
  return Object.fromEntries(
    codes.map(code => {
      const message = errorMeanings[code];
      const value = name === 'InferError' ? { error: message } : { error: { code, message, details: {} } };
      return [code, { value }];
    }),
  );
}
