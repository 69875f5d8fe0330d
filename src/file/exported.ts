// What RabbitMQ and topo export, and no person could declare: a broker may hold it all the same. It is taken as RabbitMQ takes it, with
// a warning; what can't even be written is left out. In files that people write, all of this is an error.
import type { Breach } from '../topology/breach.ts';
import { renderObject } from '../topology/identity.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { kindOfSection, kinds } from '../topology/kinds/kinds.ts';
import type { TopologyObject } from '../topology/object.ts';
import { renderKind } from '../topology/quote.ts';
import type { FieldProblem } from './locate.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from './parse-file.ts';
import { formOf } from './raw-object.ts';

export interface Tidied {
  readonly value: unknown;
  /** What is odd about it, by the fields of the entry. */
  readonly odd: readonly FieldProblem[];
  readonly isLeftOut: boolean;
}

/** The names and keys that RabbitMQ's import takes without a look. */
function uncheckedTexts(section: Section): string[] {
  return Object.entries(kinds[kindOfSection(section)].fields).flatMap(
    ([name, { type, isChecked }]) => (type === 'string' && !isChecked ? [name] : []),
  );
}

/** An entry whose fields are what the schema wants, as far as they can be. */
export function tidyEntry(section: Section, value: unknown): Tidied {
  if (!isRecord(value)) return { value, odd: [], isLeftOut: false };
  const missing = uncheckedTexts(section).filter((field) => isOdd(value[field], 'string'));
  const untrue = formOf(section).uncheckedFlags.filter((field) => isOdd(value[field], 'boolean'));
  const hasList = Array.isArray(value['arguments']) && value['arguments'].length === 0;
  const sound = Object.fromEntries(untrue.map((field) => [field, false]));
  return {
    value: { ...value, ...sound, ...(hasList && { arguments: {} }) },
    odd: [
      ...missing.map((field) => oddity(field, value[field], 'no text: the entry is left out')),
      ...untrue.map((field) =>
        oddity(field, value[field], 'no boolean: RabbitMQ takes it for false'),
      ),
      ...(hasList ? [oddity('arguments', [], 'no map: it stands for no arguments')] : []),
    ],
    isLeftOut: missing.length > 0,
  };
}

const isOdd = (value: unknown, type: 'string' | 'boolean'): boolean =>
  value !== undefined && typeof value !== type;

function oddity(field: string, value: unknown, what: string): FieldProblem {
  const message = `${field} is ${renderKind(value)}, which is ${what}`;
  const hint = "RabbitMQ's import stores anything here; correct it, where it was made";
  return { code: 'odd-value', message, hint, path: [field], spot: 'value' };
}

/** What RabbitMQ does not check, it may hold: values of arguments, and fields that a version of it brings. */
export function isTolerable({ code, path }: FieldProblem, file: OpenedFile): boolean {
  if (!file.isGenerated) return false;
  if (code === 'unknown-field') return file.isExport && path.length > 1;
  return code === 'wrong-value' && path[2] === 'arguments' && path.length > 3;
}

const tolerated = new Set(['unknown-argument', 'too-long']);
const unwritable = new Set(['dot-name', 'empty-name', 'poison-binding']);

export function isTolerated({ code, path: [field] }: Breach, object: TopologyObject): boolean {
  const name: unknown = new Map(Object.entries(object)).get(field ?? '');
  // RabbitMQ takes line breaks out of names, so that one is made only by an import.
  const isMade = code === 'control-character' && !/[\r\n]/.test(String(name));
  return isMade || tolerated.has(code);
}

/** Whether no request could name it. */
export const isUnwritable = ({ code }: Breach): boolean => unwritable.has(code);

export function leftOut({ message, hint }: Breach, object: TopologyObject): Breach {
  return {
    code: 'left-out',
    message: `${message}: ${renderObject(object)} is left out, and never deleted`,
    hint,
    path: [],
  };
}
