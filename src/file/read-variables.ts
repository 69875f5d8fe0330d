// Collects the variables of all files and the values given for them.
import { isDeepStrictEqual } from 'node:util';
import { nearest } from '../topology/did-you-mean.ts';
import { quote } from '../topology/quote.ts';
import type { Problem } from '../topology/problem.ts';
import type { Value } from '../topology/value.ts';
import { composeYaml } from './compose.ts';
import { Environment, type EnvironmentSettings } from './environment.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from '../topology/json.ts';
import type { Path } from './locate.ts';
import { isUnbounded, parsePlain } from './scalar.ts';
import { Variables, type Declaration, type Given } from './variables.ts';

export interface VariableSettings extends EnvironmentSettings {
  /** Each as in --var: `workers=5`. */
  readonly vars: readonly string[];
  /** Whether the values are meant for other files in the first place. */
  readonly isFormer?: boolean;
}

export function readVariables(
  files: readonly OpenedFile[],
  varFiles: readonly OpenedFile[],
  settings: VariableSettings,
  findings: Findings,
  environmentFile?: OpenedFile,
): Variables {
  const environment = new Environment(settings);
  findings.problems.push(...environment.problems());
  const declared = declaredIn(files, findings);
  const given = new Map([
    ...fromOwnFile(environmentFile, declared, settings, findings),
    ...fromEnvironment(declared.keys(), settings.env, findings),
    ...varFiles.flatMap((file) => fromFile(file, findings)),
    ...fromFlags(settings, declared, findings),
  ]);
  warnOfNearMisses(declared, given, varFiles, findings);
  const variables = new Variables(declared, given, environment);
  variables.check((problem) => findings.problems.push(problem));
  return variables;
}

function declaredIn(files: readonly OpenedFile[], findings: Findings): Map<string, Declaration> {
  const declared = new Map<string, Declaration>();
  for (const file of files) {
    for (const [name, value] of variablesIn(file)) {
      const declaration = {
        ...written(file, ['variables', name], value),
        at: file.at(['variables', name]),
      };
      const first = declared.get(name);
      const problem = first ? twice(name, first, declaration) : misnamed(name);
      if (problem) findings.problems.push(file.problem(problem, ['variables', name], 'key'));
      // A file may need a value that another one gives.
      const isGivenHere = first && needsValue(first) && !needsValue(declaration);
      if (!first || isGivenHere) declared.set(name, declaration);
    }
  }
  return declared;
}

function variablesIn({ parsed }: OpenedFile): [string, unknown][] {
  const { variables } = parsed.head;
  return isRecord(variables) ? Object.entries(variables) : [];
}

/** The value of a variable as a file has it. The schema refuses anything but scalars. */
function written(file: OpenedFile, path: Path, value: unknown): Given {
  if (!isScalar(value)) return { value: null, kind: 'broken' };
  const isText = typeof value === 'string' || value === null;
  return { value, kind: 'template', spelling: isText ? undefined : file.spelling(path) };
}

function isScalar(value: unknown): value is Value {
  return !isRecord(value) && !Array.isArray(value);
}

function misnamed(name: string): Problem | undefined {
  if (/^[A-Za-z_][\w.-]*$/.test(name)) return undefined;
  return {
    code: 'bad-variable-name',
    message: `${quote(name)} can't be the name of a variable`,
    hint: 'use letters, digits, _ - and dots, and begin with a letter',
  };
}

function twice(name: string, first: Declaration, second: Declaration): Problem | undefined {
  if (isDeepStrictEqual(first.value, second.value)) return undefined;
  if ([first, second].some(needsValue)) return undefined;
  const { file, line, col } = first.at;
  return {
    code: 'variable-conflict',
    message: `variable ${quote(name)} has another value in ${file}:${line}:${col}`,
    hint: 'all files share their variables; declare it once, or rename one',
  };
}

const needsValue = ({ kind, value }: Given): boolean => kind === 'template' && value === null;

type GivenEntry = readonly [string, Given];

/** `from`: where the value comes from, such as --var n. */
function literal(name: string, text: string, from: string, findings: Findings): GivenEntry {
  const value = parseGiven(text);
  if (isUnbounded(value)) {
    findings.problems.push(unbounded(text, from));
    return [name, { value: null, kind: 'broken' }];
  }
  const isText = typeof value === 'string' || value === null;
  return [name, { value, kind: 'literal', spelling: isText ? undefined : text, from }];
}

function fromEnvironment(
  names: Iterable<string>,
  env: NodeJS.ProcessEnv,
  findings: Findings,
): GivenEntry[] {
  return [...names].flatMap((name) => {
    const text = env[`TOPO_VAR_${name}`];
    return text === undefined ? [] : [literal(name, text, `TOPO_VAR_${name}`, findings)];
  });
}

function fromFile(file: OpenedFile, findings: Findings): GivenEntry[] {
  const { head, entries } = file.parsed;
  const lists = Object.entries(entries).filter(([, list]) => list.length > 0);
  const all = Object.entries({ ...head, ...Object.fromEntries(lists) });
  const scalars = all.filter(([, value]) => isScalar(value));
  for (const [name] of all.filter(([, value]) => !isScalar(value))) {
    findings.problems.push(file.problem(notAScalar(name), [name], 'key'));
  }
  return scalars.map(([name, value]) => {
    const { line } = file.at([name], 'key');
    return [name, { ...written(file, [name], value), from: `${file.parsed.source.file}:${line}` }];
  });
}

/** The values of the chosen environment, which is about these files alone. */
function fromOwnFile(
  file: OpenedFile | undefined,
  declared: ReadonlyMap<string, Declaration>,
  { isFormer = false }: VariableSettings,
  findings: Findings,
): GivenEntry[] {
  if (file === undefined) return [];
  return variablesIn(file).map(([name, value]) => {
    const path = ['variables', name];
    if (!declared.has(name) && !isFormer)
      findings.problems.push(file.problem(undeclared(name, declared.keys()), path, 'key'));
    const { line } = file.at(path, 'key');
    return [name, { ...written(file, path, value), from: `${file.parsed.source.file}:${line}` }];
  });
}

/** A --var-file may be shared, and name variables of other files: only warn of likely typos. */
function warnOfNearMisses(
  declared: ReadonlyMap<string, Declaration>,
  given: ReadonlyMap<string, Given>,
  varFiles: readonly OpenedFile[],
  findings: Findings,
): void {
  const unset = [...declared.keys()].filter((name) => !given.has(name));
  for (const file of varFiles) {
    for (const name of Object.keys(file.parsed.head)) {
      if (declared.has(name) || nearest(name, unset) === undefined) continue;
      findings.warnings.push(file.problem(undeclared(name, unset), [name], 'key'));
    }
  }
}

function fromFlags(
  { vars, isFormer = false }: VariableSettings,
  declared: ReadonlyMap<string, Declaration>,
  findings: Findings,
): GivenEntry[] {
  return vars.flatMap((flag) => {
    const equals = flag.indexOf('=');
    const name = flag.slice(0, equals < 0 ? flag.length : equals).trim();
    const problem = equals < 1 ? notAnAssignment(flag) : undeclared(name, declared.keys());
    const isWrong = equals < 1 || !declared.has(name);
    if (isWrong && !(isFormer && equals > 0)) findings.problems.push(problem);
    return isWrong ? [] : [literal(name, flag.slice(equals + 1), `--var ${name}`, findings)];
  });
}

/** Parses a YAML scalar: 5 is an integer, '5' a string. Anything else is a string. */
function parseGiven(text: string): Value {
  const isQuoted = /^(["']).*\1$/s.test(text);
  if (!isQuoted) return text === '' ? '' : parsePlain(text);
  const { root, faults } = composeYaml(text);
  const value: unknown =
    faults.length === 0 && root !== null && 'value' in root ? root.value : text;
  return typeof value === 'string' ? value : text;
}

function notAnAssignment(flag: string): Problem {
  const message = `--var ${quote(flag)} is not an assignment`;
  return { code: 'bad-var', message, hint: 'write --var name=value' };
}

function unbounded(text: string, from: string): Problem {
  const message = `${from}: ${text.slice(0, 40)} is not a number that a broker can hold`;
  return { code: 'not-a-number', message, hint: 'put it in quotes of its own if it is text' };
}

function notAScalar(name: string): Problem {
  const message = `variable ${quote(name)} must be a string, a number, a boolean or null`;
  return { code: 'wrong-value', message, hint: 'put lists into for_each' };
}

function undeclared(name: string, names: Iterable<string>): Problem {
  const meant = nearest(name, names);
  const message = `no file declares a variable ${quote(name)}`;
  const hint = meant ? `did you mean ${meant}?` : `declare it: variables: { ${name}: … }`;
  return { code: 'undeclared-variable', message, hint };
}
