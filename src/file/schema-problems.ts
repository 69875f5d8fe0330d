// Turns AJV's errors into our words: one for each mistake, however many branches of the schema it
// breaks.
import type { ErrorObject } from 'ajv';
import { nearest } from '../topology/did-you-mean.ts';
import { oneOf, quote, renderKind } from '../topology/quote.ts';
import { isRecord } from '../topology/json.ts';
import type { FieldProblem, Path } from './locate.ts';

export interface Telling {
  /** The name for a file of this kind. */
  readonly file?: string;
  /** Whether the value there comes from the environment. */
  readonly isFromEnvironment?: ((path: Path) => boolean) | undefined;
}

/** `path`: where the validated value stands. */
export function schemaProblems(
  errors: readonly ErrorObject[],
  path: Path,
  telling: Telling = {},
): FieldProblem[] {
  return withoutBranches(withinOneOf(errors)).map((error) => toProblem(error, path, telling));
}

/** Of a oneOf between maps, the branch with the fewest mistakes was meant: keep only those. */
function withinOneOf(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors
    .filter(({ keyword }) => keyword === 'oneOf')
    .reduce<readonly ErrorObject[]>((kept, { schemaPath }) => {
      const branches = new Map<string | undefined, ErrorObject[]>();
      for (const error of kept) {
        const branch = branchOf(error, schemaPath);
        branches.set(branch, [...(branches.get(branch) ?? []), error]);
      }
      const others = branches.get(undefined) ?? [];
      branches.delete(undefined);
      const meant = [...branches.values()].sort((a, b) => a.length - b.length)[0] ?? [];
      return [...others, ...meant].filter((error) => error.schemaPath !== schemaPath);
    }, errors);
}

/** Undefined if the error is not within a branch of that oneOf. */
function branchOf(error: ErrorObject, oneOf: string): string | undefined {
  if (!error.schemaPath.startsWith(`${oneOf}/`)) return undefined;
  return error.schemaPath.slice(oneOf.length + 1).split('/')[0];
}

/**
 * If no branch of an anyOf fits, AJV lists the errors of each. The branch of the right type was
 * meant: keep its errors. Without one, the error is that no type fits.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = new Set(errors.filter(isChoice).map((error) => error.instancePath));
  if (choices.size === 0) return [...errors];
  const kept = errors.filter((error) => !isOfType(error) || !choices.has(error.instancePath));
  const meant = new Set(kept.flatMap(pathsToldBy));
  return kept.filter((error) => !isChoice(error) || !meant.has(error.instancePath));
}

const isChoice = (error: ErrorObject): boolean => error.keyword === 'anyOf';
const isOfType = (error: ErrorObject): boolean => ['type', 'const'].includes(error.keyword);

/**
 * The values with more specific errors than that no branch fits: those around an error, and its
 * own.
 */
function pathsToldBy(error: ErrorObject): string[] {
  const fields = error.instancePath.split('/');
  const above = fields.map((_, depth) => fields.slice(0, depth).join('/')).slice(1);
  return isChoice(error) ? above : [...above, error.instancePath];
}

function toProblem(error: ErrorObject, base: Path, telling: Telling): FieldProblem {
  const { file = 'a topology file', isFromEnvironment } = telling;
  const path = [...base, ...fieldsOf(error.instancePath)];
  const params = error.params as Record<string, string>;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(path, params['additionalProperty'] ?? '', error.parentSchema, file);
    case 'required':
      return missingField(path, params['missingProperty'] ?? '', file);
    case 'minProperties':
      return { ...wrong(path, 'must not be empty'), hint: hintForEmpty(path) };
    default:
      return wrongValue(path, error, isFromEnvironment?.(path) ?? false);
  }
}

const hintForEmpty = (path: Path): string =>
  path[0] === 'expect'
    ? 'name cluster_name, min_version or vhosts'
    : 'name a variable and its values';

function unknownField(path: Path, name: string, schema: unknown, file: string): FieldProblem {
  const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
  const known = Object.keys(properties);
  const meant = nearest(name, known);
  const isStray = meant === undefined && mayHoldPassword(path);
  const which = isStray ? 'has an unknown field' : `has no field ${quote(name)}`;
  return {
    code: 'unknown-field',
    message: `${renderPath(path) || file} ${which}`,
    hint: hintForField(name, known, meant),
    path: [...path, name],
    spot: 'key',
  };
}

function hintForField(name: string, known: readonly string[], meant: string | undefined): string {
  if (name === 'renamed_from') return queuesOnly;
  const [field = ''] = name.split(':');
  if (field !== name && known.includes(field)) return spaceAfterColon;
  return meant ? `did you mean ${meant}?` : `there are ${firstOf(known)}`;
}

const queuesOnly =
  'only a queue can be renamed: declare this under its new name, and let the old one go';

/** The fields that only RabbitMQ's exports have come last and help little. */
const mostNamed = 15;

function firstOf(names: readonly string[]): string {
  return names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ' …' : '');
}

function missingField(path: Path, name: string, file: string): FieldProblem {
  const message = `${renderPath(path) || file} has no ${name}`;
  return { code: 'missing-field', message, hint: `add ${name}: …`, path, spot: 'value' };
}

function wrongValue(path: Path, error: ErrorObject, isFromEnvironment: boolean): FieldProblem {
  const found = mayHoldPassword(path) ? '' : `, not ${renderKind(error.data)}`;
  const hint = isFromEnvironment ? hintForEnvironment(error) : hintFor(error, path);
  return { ...wrong(path, `must be ${expected(error)}${found}`), ...(hint && { hint }) };
}

function wrong(path: Path, what: string): FieldProblem {
  return { code: 'wrong-value', message: `${renderPath(path)} ${what}`, path, spot: 'value' };
}

function expected({ keyword, params, schema, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case 'enum':
      return oneOf((schema as unknown[]).map((value) => JSON.stringify(value)));
    case 'minimum':
      return `at least ${String(schema)}`;
    case 'maximum':
      return `at most ${String(schema)}`;
    case 'exclusiveMinimum':
      return `above ${String(schema)}`;
    case 'exclusiveMaximum':
      return `below ${String(schema)}`;
    case 'minItems':
      return 'a list that is not empty';
    case 'const':
      return JSON.stringify(schema);
    case 'pattern':
      return `like ${examplesOf(parentSchema)}`;
    case 'anyOf':
      return oneOf((schema as unknown[]).flatMap(alternatives));
    default:
      return typeNames([(params as { type: unknown }).type].flat());
  }
}

/** An example says more to people than a pattern. */
function examplesOf(schema: unknown): string {
  const examples = isRecord(schema) && Array.isArray(schema['examples']) ? schema['examples'] : [];
  return oneOf(examples.map((example) => JSON.stringify(example)));
}

/** A branch of an anyOf, in words. */
function alternatives(branch: unknown): string[] {
  if (!isRecord(branch)) return [];
  if ('const' in branch) return [JSON.stringify(branch['const'])];
  return 'type' in branch ? [typeNames([branch['type']].flat())] : [];
}

const types: Readonly<Record<string, string>> = {
  object: 'a map',
  array: 'a list',
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'a boolean',
};

function typeNames(names: readonly unknown[]): string {
  return oneOf(names.map((name) => types[String(name)] ?? String(name)));
}

const spaceAfterColon = 'write a space after the colon: name: value';

function hintFor({ keyword, params, data }: ErrorObject, path: Path): string | undefined {
  if (isRecord(data) && isPatterns(path)) return patternAsText;
  if (keyword !== 'type') return undefined;
  switch ((params as { type: unknown }).type) {
    case 'object':
      return /^[\w-]+:./.test(String(data)) ? spaceAfterColon : undefined;
    case 'string':
      return isRecord(data) || Array.isArray(data) || data === null
        ? undefined
        : 'put it in quotes';
    case 'boolean':
      return 'YAML 1.2 knows true and false, without quotes';
    case 'integer':
      return typeof data === 'string' && /^\d+$/.test(data) ? 'remove the quotes' : undefined;
    case 'array':
      return data === null ? 'write [] for none' : 'begin each entry with a dash';
    default:
      return undefined;
  }
}

const isPatterns = ([section, kind]: Path): boolean =>
  (section === 'manage' || section === 'protect') && kind !== undefined;
const patternAsText =
  'write the pattern as text, such as worker_*; only manage.queues takes maps with match and on_remove';

/** The environment only holds text. */
function hintForEnvironment({ keyword, params }: ErrorObject): string | undefined {
  const { type } = params as { type?: unknown };
  if (keyword !== 'type' || type === 'object' || type === 'array') return undefined;
  return 'what ${env:…} reads is always text; for a number or a boolean declare a variable, and give it with --var or TOPO_VAR_name';
}

/** Never repeat what may hold a password. */
function mayHoldPassword(path: Path): boolean {
  return path.some(
    (part) => part === 'users' || part === 'parameters' || part === 'global_parameters',
  );
}

/** A JSON pointer as fields. */
function fieldsOf(pointer: string): string[] {
  const fields = pointer.split('/').slice(1);
  return fields.map((field) => field.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Such as queues[3].arguments.x-max-length. */
function renderPath(path: Path): string {
  return path
    .map((part, index) => {
      if (/^\d+$/.test(String(part))) return `[${part}]`;
      if (!/^[\w-]+$/.test(String(part))) return `[${quote(String(part))}]`;
      return index === 0 ? String(part) : `.${part}`;
    })
    .join('');
}
