// Steps of a plan in words: the same for every format.
import { diffLines } from 'diff';
import { plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import type { Step } from '../reconcile/plan.generated.ts';

type Fields = Record<string, unknown>;

/** The name people know: `orders`, or `ml_tasks → orders` for a binding; with what it leads to where that is no queue, and with the vhost where it is not the file's own. */
export function nameOf(step: Step, vhost: string): string {
  const fields: Fields = step.after ?? step.before ?? {};
  const name =
    step.object === 'binding'
      ? `${text(fields['source'])} → ${text(fields['destination'])}${toExchange(fields)}`
      : text(fields['name']);
  return fields['vhost'] === vhost ? name : `${name} (vhost ${text(fields['vhost'])})`;
}

const toExchange = (fields: Fields): string =>
  fields['destination_type'] === 'exchange' ? ' (exchange)' : '';

/** One line about what the step does. */
export function describe(step: Step): string {
  switch (step.kind) {
    case 'create':
      return describeFields(step.object, step.after ?? {});
    case 'replace':
      return describeDifference(step.before, step.after);
    default:
      return step.object === 'queue'
        ? describeDepth(step)
        : describeFields(step.object, step.before ?? {});
  }
}

/** `arguments.x-max-length 100 → 101`, for each field that differs. */
export const describeDifference = (before: Fields = {}, after: Fields = {}): string =>
  differences(before, after).map(renderShort).join(', ');

export function describeFields(object: Step['object'], fields: Fields): string {
  const facts =
    object === 'binding'
      ? [bindingKey(fields)]
      : [
          ...(object === 'exchange' ? [text(fields['type'])] : []),
          fields['durable'] === true ? 'durable' : 'transient',
          ...flags.filter((flag) => fields[flag] === true),
        ];
  return [...facts, ...describeArguments(fields)].filter((fact) => fact !== '').join(', ');
}

const flags = ['auto_delete', 'internal'];

/** A binding by what tells it from others into the same destination: `orders.events, order.us.paid`. */
export function describeWay(fields: Fields): string {
  const key = text(fields['routing_key']);
  const facts = [text(fields['source']), key === '' ? 'no routing_key' : key];
  return [...facts, ...describeArguments(fields)].join(', ');
}

function bindingKey(fields: Fields): string {
  const key = text(fields['routing_key']);
  return key === '' ? 'no routing_key' : `routing_key ${key}`;
}

function describeArguments(fields: Fields): string[] {
  return Object.entries((fields['arguments'] ?? {}) as Fields).map(
    ([name, value]) => `${name} ${shown(value)}`,
  );
}

function describeDepth({ depth }: Step): string {
  if (depth === undefined) return '';
  if (depth.kind === 'unknown') return depth.why;
  const messages = depth.ready + depth.unacked;
  const held = messages === 0 ? 'empty' : plural(messages, 'message');
  return `${held}, ${depth.consumers === 0 ? 'no consumers' : plural(depth.consumers, 'consumer')}`;
}

interface FieldDifference {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

function differences(before: Fields = {}, after: Fields = {}): FieldDifference[] {
  const left = flatten(before);
  const right = flatten(after);
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((field) => ({ field, before: left.get(field), after: right.get(field) }))
    .filter(({ before, after }) => before !== after && render(before) !== render(after));
}

function flatten(fields: Fields): Map<string, unknown> {
  const { arguments: args, ...rest } = fields;
  const named = Object.entries((args ?? {}) as Fields).map(([name, value]): [string, unknown] => [
    `arguments.${name}`,
    value,
  ]);
  return new Map([...Object.entries(rest), ...named]);
}

/** Nested and long values are shown by `changedLines`, beneath. */
const isLong = ({ before, after }: FieldDifference): boolean =>
  [before, after].some((value) => render(value).length > 60);

function renderShort(field: FieldDifference): string {
  if (isLong(field)) return `${field.field} changes`;
  return `${field.field} ${shown(field.before)} → ${shown(field.after)}`;
}

/** A value of an argument: strings bare, but quoted where they could be taken for something else. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'string') return render(value);
  return /^(|[-+.\d].*|true|false|null|none)$/s.test(value) ? JSON.stringify(value) : value;
}

/** What changes inside nested and long values, line by line: `- old`, `+ new`. */
export function changedLines(step: Step): string[] {
  if (step.kind !== 'replace') return [];
  return differences(step.before, step.after)
    .filter(isLong)
    .flatMap(({ before, after }) =>
      diffLines(renderIndented(before), renderIndented(after)).flatMap(
        ({ value, added, removed }) =>
          value
            .trimEnd()
            .split('\n')
            .map((line) => `${added ? '+' : removed ? '-' : ' '} ${line}`),
      ),
    );
}

const render = (value: unknown): string => (value === undefined ? '' : renderJson(value));
const renderIndented = (value: unknown): string =>
  value === undefined ? '' : `${renderJson(value, 2)}\n`;
const text = (value: unknown): string => (typeof value === 'string' ? value : render(value));
