// Checks values against the schema with the validators that scripts/validators.mjs builds.
import { Float } from '../topology/value.ts';
import type { FieldProblem, Path } from './locate.ts';
import { isRecord } from '../topology/json.ts';
import { schemaProblems } from './schema-problems.ts';
import * as validators from './validators.js';

export type SchemaPart = Exclude<keyof typeof validators, 'environment'>;

/** `path`: where the value stands. */
export function checkSchema(
  part: SchemaPart,
  value: unknown,
  path: Path,
  isFromEnvironment?: (path: Path) => boolean,
): FieldProblem[] {
  const validate = validators[part];
  const isValid = validate(asJson(value, part === 'forEach'));
  if (!isValid) return schemaProblems(validate.errors ?? [], path, { isFromEnvironment });
  return part === 'parameter' ? checkOperatorPolicy(value, path) : [];
}

/** RabbitMQ exports operator policies as parameters, and an empty map as an empty list. */
function checkOperatorPolicy(parameter: unknown, path: Path): FieldProblem[] {
  if (!isRecord(parameter) || parameter['component'] !== 'operator_policy') return [];
  const { name, value: given } = parameter;
  const value = Array.isArray(given) && given.length === 0 ? {} : given;
  if (!isRecord(value)) return [];
  return checkSchema('operator_policy', { name, ...value }, [...path, 'value']);
}

/** A file of an environment, as written or once its expressions are filled in. */
export function checkEnvironment(value: Readonly<Record<string, unknown>>): FieldProblem[] {
  const { environment } = validators;
  const isValid = environment(asJson(value, true));
  return isValid ? [] : schemaProblems(environment.errors ?? [], [], { file: 'an environment' });
}

/** Variables and outputs may be floats; elsewhere, floats are not integers. */
export function checkHead(
  value: unknown,
  isFromEnvironment?: (path: Path) => boolean,
): FieldProblem[] {
  const head = value as Readonly<Record<string, unknown>>;
  const scalars = ['variables', 'outputs'].filter((name) => name in head);
  const rounded = scalars.map((name) => [name, asJson(head[name], true)]);
  return checkSchema('head', { ...head, ...Object.fromEntries(rounded) }, [], isFromEnvironment);
}

/** Turns exact numbers into the numbers that AJV knows. Returns the same value if it holds none. */
export function asJson(value: unknown, floats: boolean): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Float) return floats ? value.value : value;
  if (Array.isArray(value)) return mapList(value, floats);
  return isRecord(value) ? mapRecord(value, floats) : value;
}

function mapList(list: readonly unknown[], floats: boolean): readonly unknown[] {
  const mapped = list.map((item) => asJson(item, floats));
  return mapped.some((item, index) => item !== list[index]) ? mapped : list;
}

function mapRecord(record: Record<string, unknown>, floats: boolean): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(record)) {
    const mapped = asJson(record[name], floats);
    if (mapped !== record[name]) (copy ??= { ...record })[name] = mapped;
  }
  return copy ?? record;
}
