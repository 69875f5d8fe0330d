// Turns a line of the input into a task to send. Fills in what the line leaves out and sends the
// rest as it is, so that no number is rounded.
import { hash, randomUUID } from 'node:crypto';
import { isRecord, parseJson, renderJson } from '../../topology/json.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { checkTask, parseJsonBytes } from '../messaging/message.ts';
import type { Addressing } from './addressing.ts';

/** A task on its way: what is journaled, and then sent. */
export interface Outgoing {
  readonly id: string;
  readonly routing_key: string;
  /** JSON in UTF-8. */
  readonly content: Buffer;
  /** Tells lines of the input apart. */
  readonly hash: string;
}

export type TaskLine =
  /** `own_id`: the line brought its id. */
  | { readonly kind: 'task'; readonly task: Outgoing; readonly own_id: boolean }
  | { readonly kind: 'blank' }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/**
 * `index`: how many tasks came before. Throws InvalidInput if nothing says who is to take the task.
 */
export function parseTaskLine(line: Buffer, index: number, addressing: Addressing): TaskLine {
  if (isBlank(line)) return { kind: 'blank' };
  const parsed = parseJsonBytes(line);
  if (parsed.kind === 'broken') return parsed;
  const { json } = parsed.value;
  if (!isRecord(json)) return broken('it is no JSON object');
  const { to, ...fields } = json;
  const task = { version: 1, id: 'id' in fields ? '' : randomUUID(), ...fields };
  const problems = checkTask(task);
  const routed = routeOf(to, index, addressing);
  if (routed.kind === 'broken') problems.push(...routed.problems);
  if (routed.kind === 'broken' || problems.length > 0) return { kind: 'broken', problems };
  const { routing_key } = routed;
  const text = parsed.value.text.trim();
  // The same bytes, most often: all of it ASCII, and nothing around it.
  const own = text.length === line.length ? line : Buffer.from(text);
  const content = to === undefined ? fillIn(own, fields, task.id) : rewrite(text, task.id);
  const outgoing = { id: task.id, routing_key, content, hash: hashOf(own) };
  return { kind: 'task', task: outgoing, own_id: 'id' in fields };
}

type Routed =
  | { readonly kind: 'routed'; readonly routing_key: string }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

function routeOf(to: unknown, index: number, addressing: Addressing): Routed {
  if (to === undefined) return { kind: 'routed', routing_key: addressing.keyOf(index) };
  if (typeof to !== 'string') return broken('"to" must be the name of a worker\'s queue');
  try {
    return { kind: 'routed', routing_key: addressing.keyTo(to) };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return broken(...error.problems.map(({ message, hint }) => `${message}; ${hint ?? ''}`));
  }
}

/** Behind the opening brace. */
function fillIn(json: Buffer, fields: object, id: string): Buffer {
  const missing = [
    ...('version' in fields ? [] : ['"version":1']),
    ...('id' in fields ? [] : [`"id":${JSON.stringify(id)}`]),
  ];
  if (missing.length === 0) return json;
  const comma = Object.keys(fields).length === 0 ? '' : ',';
  return Buffer.concat([Buffer.from(`{${missing.join(',')}${comma}`), json.subarray(1)]);
}

function rewrite(text: string, id: string): Buffer {
  const fields = Object.entries(parseJson(text) as object).filter(([name]) => name !== 'to');
  return Buffer.from(renderJson({ version: 1, id, ...Object.fromEntries(fields) }));
}

const hashLength = 22;

/** 132 bits. */
const hashOf = (line: Buffer): string => hash('sha256', line, 'base64').slice(0, hashLength);

const broken = (...problems: string[]) => ({ kind: 'broken', problems }) as const;

const isBlank = (line: Buffer): boolean => line.length < 3 && line.toString().trim() === '';

/** What is wrong with a line that is too long to be read. */
export const tooLong = (line: Buffer, limit: number): string =>
  `it is longer than ${limit} bytes: ${quote(line.toString('utf8', 0, 80))}`;
