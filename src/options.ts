/**
 * Derives flags, environment variables, defaults, validation and help text from one schema. A flag takes precedence
 * over its environment variable, which takes precedence over the default.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Failure, messageOf } from './failure.ts';

// Flags and variables are strings; callers in the same process pass numbers and booleans.
const number = () => z.coerce.number<number | string>();
/** A whole number. */
export const count = (minimum: number, maximum: number) => number().int().min(minimum).max(maximum);
/** A duration in seconds, which may have a fraction. */
export const seconds = (minimum: number, maximum: number) => number().min(minimum).max(maximum);
/** A positive duration in seconds, at most a day. */
export const positiveSeconds = number().positive().max(86_400);
/** `true` or `false`. */
export const toggle = () => z.union([z.boolean(), z.stringbool()]);

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logLevel = z
  .enum(logLevels)
  .default('info')
  .describe(`Lowest level that is logged: ${logLevels.join(', ')}.`);

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Options<Input, Output> {
  /**
   * Reads command line and environment; variables are named `BELLWETHER_…`.
   * @returns null if help was requested
   * @throws Failure InvalidArguments naming the flag or variable
   */
  read(argv: readonly string[], environment: Environment): Output | null;
  /** Validates the options and adds the defaults. @throws Failure InvalidArguments naming the option */
  complete(options: Input): Output;
  /** The text of `--help`. */
  help(): string;
}

/**
 * @param usage the first lines of the help text
 * @param names names of flags that differ from their key, by key, without dashes
 */
export function defineOptions<S extends z.ZodObject>(
  schema: S,
  usage: string,
  names: Readonly<Record<string, string>> = {},
): Options<z.input<S>, z.output<S>> {
  const keys = Object.keys(schema.shape);
  const nameOf = (key: string) => names[key] ?? key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  const flagOf = (key: string) => `--${nameOf(key)}`;
  const variableOf = (key: string) => `BELLWETHER_${nameOf(key).replaceAll('-', '_').toUpperCase()}`;

  const validate = (values: unknown, source: Readonly<Record<string, string>>): z.output<S> => {
    const parsed = schema.safeParse(values);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map(issue => {
      const key = String(issue.path[0] ?? '');
      if (key === '') return issue.message;
      return source[key] === undefined
        ? `${flagOf(key)} (or ${variableOf(key)}) is required`
        : `${source[key]}: ${placeOf(issue)}${issue.message}`;
    });
    throw new Failure('InvalidArguments', `${problems.join('; ')}; see --help`, { problems });
  };

  const gather = (
    flags: Readonly<Record<string, unknown>>,
    environment: Environment,
  ): [values: Record<string, unknown>, source: Record<string, string>] => {
    const values: Record<string, unknown> = {};
    const source: Record<string, string> = {};
    for (const key of keys) {
      const flag = flags[nameOf(key)];
      if (flag === '') throw new Failure('InvalidArguments', `${flagOf(key)} is empty; see --help`);
      const value = flag ?? environment[variableOf(key)] ?? '';
      if (value === '') continue;
      values[key] = value;
      source[key] = flag === undefined ? variableOf(key) : flagOf(key);
    }
    return [values, source];
  };

  const read = (argv: readonly string[], environment: Environment) => {
    const { values, positionals } = parseFlags(argv, keys.map(nameOf));
    if (values.help === true) return null;
    if (positionals.length > 0) {
      throw new Failure(
        'InvalidArguments',
        `unexpected argument ${JSON.stringify(positionals[0])}; see --help`,
      );
    }
    return validate(...gather(values, environment));
  };

  return {
    read,
    complete: options => validate(options, Object.fromEntries(Object.keys(options).map(key => [key, key]))),
    help: () => {
      const lines = keys.map(key => {
        const text = describe(schema.shape[key] as z.ZodType);
        return `  ${flagOf(key).padEnd(26)} ${text}\n  ${''.padEnd(26)} ${variableOf(key)}`;
      });
      return `${usage} Each option has an environment variable, which is listed below it.

${lines.join('\n')}
  ${'-h, --help'.padEnd(26)} This text.
`;
    },
  };
}

/** Where inside an option's value, such as `images.0: `. */
function placeOf({ path }: z.core.$ZodIssue): string {
  return path.length > 1 ? `${path.slice(1).join('.')}: ` : '';
}

function describe(schema: z.ZodType): string {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return `${schema.description}`;
  if (!(schema instanceof z.ZodDefault)) return `${schema.description} Required.`;
  return `${schema.description} Default: ${schema.def.defaultValue}.`;
}

function parseFlags(argv: readonly string[], names: readonly string[]) {
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
  };
  for (const name of names) options[name] = { type: 'string' };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new Failure('InvalidArguments', `${messageOf(error)}; see --help`, {}, error);
  }
}
