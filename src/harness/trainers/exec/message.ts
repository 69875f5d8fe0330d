// Parses what a trainer says, as in schema/exec.schema.json.
import type { ValidateFunction } from 'ajv';
import type { Trained } from '../../handler.ts';
import type { FromTrainer, ToTrainer } from './message.generated.ts';
import { isTooDeep } from '../../messaging/depth.ts';
import * as validators from './validators.js';

export type { FromTrainer, ToTrainer };

export type Parsed<T> =
  | { readonly kind: 'message'; readonly message: T }
  | { readonly kind: 'broken'; readonly why: string };

const byType = new Map<unknown, ValidateFunction<FromTrainer>>([
  ['ready', validators.ready],
  ['progress', validators.progress],
  ['result', validators.result],
  ['error', validators.error],
  ['pong', validators.pong],
]);

export function parseMessage(line: Buffer): Parsed<FromTrainer> {
  const parsed = parseJson(line);
  if (parsed.kind === 'broken') return parsed;
  const validate = byType.get(typeOf(parsed.message));
  if (validate === undefined) {
    return broken(`its type is none of ${[...byType.keys()].join(', ')}`, line);
  }
  return check(validate, parsed.message, line);
}

/** What a task was trained to: the last line of a process per task, or what a module returned. */
export const parseTrained = (line: Buffer): Parsed<Trained> => {
  const parsed = parseJson(line);
  return parsed.kind === 'broken' ? parsed : check(validators.trained, parsed.message, line);
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(line: Buffer): Parsed<unknown> {
  try {
    const message = JSON.parse(utf8.decode(line)) as unknown;
    // The worker will write it down again, and that takes a call for each level.
    return isTooDeep(message)
      ? broken('it is nested too deeply', line)
      : { kind: 'message', message };
  } catch {
    return broken('it is not JSON in UTF-8', line);
  }
}

function check<T>(validate: ValidateFunction<T>, message: unknown, line: Buffer): Parsed<T> {
  if (validate(message)) return { kind: 'message', message };
  const [error] = validate.errors ?? [];
  return broken(`${error?.instancePath ?? ''} ${error?.message ?? 'is wrong'}`.trim(), line);
}

const typeOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;

const shown = 120;

const broken = (why: string, line: Buffer): Parsed<never> => {
  const start = line.toString('utf8', 0, shown);
  return {
    kind: 'broken',
    why: `${why}: ${JSON.stringify(line.length > shown ? `${start}…` : start)}`,
  };
};
