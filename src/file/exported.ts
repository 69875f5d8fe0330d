// Reads exports of RabbitMQ and topo that no file may declare, because a broker may hold them.
// Takes it as RabbitMQ does, with a warning, and leaves out what no request can write. In files
// that people write, all of this is an error.
import { renderObject } from '../topology/identity.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { kindOfSection, kinds } from '../topology/kinds/kinds.ts';
import type { TopologyObject } from '../topology/object.ts';
import { renderKind } from '../topology/quote.ts';
import type { FieldProblem } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from '../topology/json.ts';
import { formOf } from './raw-object.ts';
import { count } from '../topology/count.ts';
import type { Breach, Problem } from '../topology/problem.ts';

export interface Tidied {
  readonly value: unknown;
  /** What is odd, by the fields of the entry. */
  readonly odd: readonly FieldProblem[];
  readonly isLeftOut: boolean;
}

/** The names and keys that RabbitMQ imports without a check. */
function uncheckedTexts(section: Section): string[] {
  return Object.entries(kinds[kindOfSection(section)].fields).flatMap(
    ([name, { type, isChecked }]) => (type === 'string' && !isChecked ? [name] : []),
  );
}

/** Makes the fields fit the schema as far as possible. */
export function tidyEntry(section: Section, given: unknown): Tidied {
  if (!isRecord(given)) return { value: given, odd: [], isLeftOut: false };
  const value = section === 'vhosts' ? withoutNulls(given) : given;
  const missing = uncheckedTexts(section).filter((field) => isOdd(value[field], 'string'));
  const untrue = formOf(section).uncheckedFlags.filter((field) => isOdd(value[field], 'boolean'));
  const hasList = Array.isArray(value['arguments']) && value['arguments'].length === 0;
  const sound = Object.fromEntries(untrue.map((field) => [field, false]));
  const { hashing_algorithm: algorithm, ...rest } = value;
  const isStray = section === 'users' && algorithm !== undefined && 'password' in value;
  return {
    value: { ...(isStray ? rest : value), ...sound, ...(hasList && { arguments: {} }) },
    odd: [
      ...missing.map((field) => oddity(field, value[field], 'not text: the entry is left out')),
      ...untrue.map((field) =>
        oddity(field, value[field], 'not a boolean: RabbitMQ takes it for false'),
      ),
      ...(hasList
        ? [oddity('arguments', [], 'not a map: RabbitMQ takes it for no arguments')]
        : []),
      ...(isStray ? [strayAlgorithm] : []),
    ],
    isLeftOut: missing.length > 0,
  };
}

/** RabbitMQ 4 exports what a vhost lacks as null, once it was imported so. */
const withoutNulls = (entry: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));

/** Of a user with a password. */
const strayAlgorithm: FieldProblem = {
  code: 'stray-algorithm',
  message: 'hashing_algorithm says how a password_hash was made, and there is none',
  hint: 'RabbitMQ hashes a password by its own setting; remove it',
  path: ['hashing_algorithm'],
  spot: 'key',
};

const isOdd = (value: unknown, type: 'string' | 'boolean'): boolean =>
  value !== undefined && typeof value !== type;

function oddity(field: string, value: unknown, what: string): FieldProblem {
  const message = `${field} is ${renderKind(value)}, which is ${what}`;
  const hint = 'RabbitMQ imports anything here; correct it at its source';
  return { code: 'odd-value', message, hint, path: [field], spot: 'value' };
}

/** Whether RabbitMQ may hold this unchecked: values of arguments, fields of a newer version. */
export function isTolerable({ code, path }: FieldProblem, file: OpenedFile): boolean {
  if (!file.isGenerated) return false;
  if (code === 'unknown-field') return file.isExport && path.length > 1;
  return code === 'wrong-value' && path[2] === 'arguments' && path.length > 3;
}

const unwritable = new Set(['dot-name', 'empty-name', 'poison-binding']);

export function isTolerated(
  { code, path: [field], doubtful }: Breach,
  object: TopologyObject,
): boolean {
  const name: unknown = new Map(Object.entries(object)).get(field ?? '');
  // RabbitMQ strips line breaks from names, so only an import creates such a name.
  const isMade = code === 'control-character' && !/[\r\n]/.test(String(name));
  return isMade || doubtful === 'argument' || code === 'too-long';
}

/** Whether no request can name it. */
export const isUnwritable = ({ code }: Breach): boolean => unwritable.has(code);

export function leftOut({ message, hint }: Breach, object: TopologyObject): Breach {
  return {
    code: 'left-out',
    message: `${message}: ${renderObject(object)} is left out, and never deleted`,
    hint,
    path: [],
  };
}

/** Warnings of one kind. */
const mostTold = 10;

/** Collects what is odd in an export, to sum it up: there may be thousands of one kind. */
export class ExportNotes {
  readonly #file: OpenedFile;
  readonly #own: TopologyObject[] = [];
  readonly #odd = new Map<string, Problem[]>();

  constructor(file: OpenedFile) {
    this.#file = file;
  }

  add(problem: Problem): void {
    const others = this.#odd.get(problem.code);
    if (others) others.push(problem);
    else this.#odd.set(problem.code, [problem]);
  }

  /** An object that RabbitMQ creates by itself. */
  addOwn(object: TopologyObject): void {
    this.#own.push(object);
  }

  warnings(): Problem[] {
    return [...this.#ownWarning(), ...[...this.#odd.values()].flatMap(firstFew)];
  }

  #ownWarning(): Problem[] {
    const [first, ...others] = this.#own;
    if (first === undefined) return [];
    const message =
      others.length === 0
        ? `${renderObject(first)} belongs to RabbitMQ and is left out`
        : `${renderObject(first)} and ${others.length} more belong to RabbitMQ and are left out`;
    const hint = 'remove from the file what RabbitMQ creates by itself to get rid of this warning';
    return [this.#file.problem({ code: 'left-out', message, hint }, [])];
  }
}

function firstFew(problems: readonly Problem[]): Problem[] {
  const more = problems.length - mostTold;
  if (more <= 0) return [...problems];
  const [{ code } = { code: '' }] = problems;
  return [...problems.slice(0, mostTold), { code, message: `${count(more)} more of this kind` }];
}
