// How values appear in messages: quoted, escaped, and cut if long.
import { renderJson } from './json.ts';
import type { TopologyObject } from './object.ts';
import { Float, renderNumber } from './value.ts';

const longest = 80;

export function quote(text: string): string {
  return renderJson(cut(text));
}

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** Such as: the string "yes", the number 5, a list. */
export function renderKind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  if (value instanceof Float) return `the number ${renderNumber(value)}`;
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value)}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a map';
  }
}

/** Such as: a, b or c. */
export function oneOf(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** Such as: queue "orders", binding "ml_tasks" → "orders". */
export function renderObject(object: TopologyObject): string {
  if (object.kind !== 'binding') return `${object.kind} ${quote(object.name)}`;
  const kind = object.destination_type === 'exchange' ? 'exchange ' : '';
  return `binding ${quote(object.source)} → ${kind}${quote(object.destination)}`;
}

/** The same with all that tells it apart from others: of a binding its routing key and arguments, too. */
export function renderIdentity(object: TopologyObject): string {
  if (object.kind !== 'binding') return renderObject(object);
  const { routing_key: key, arguments: args } = object;
  const by = key === '' ? 'without a routing key' : `with the routing key ${quote(key)}`;
  const more = args.size === 0 ? '' : ` and the arguments ${cut(renderJson(args))}`;
  return `${renderObject(object)} ${by}${more}`;
}

/** As one word of a command to paste. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
