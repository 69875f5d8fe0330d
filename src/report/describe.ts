// Steps of a plan in words: the same for every format.
import { diffLines } from 'diff';
import { objectOf, type Step } from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { toFields } from '../topology/normal-form.ts';
import { isQueue, unreachable, type TopologyObject } from '../topology/object.ts';
import { wordsOf } from './kinds.ts';

type Fields = Record<string, unknown>;

/** The name people know, with the vhost where it is not the file's own. */
export function nameOf(object: TopologyObject, vhost: string): string {
  const name = wordsOf(object).nameOf(object);
  return object.vhost === vhost ? name : `${name} (vhost ${object.vhost})`;
}

/** Such as: replace queue orders. */
export const renderSubject = (step: Step, vhost: string): string =>
  `${step.kind} ${objectOf(step).kind} ${nameOf(objectOf(step), vhost)}`;

/** One line about what the step does. */
export function describe(step: Step): string {
  switch (step.kind) {
    case 'create':
      return describeObject(step.after);
    case 'replace':
      return describeDifference(step.before, step.after);
    case 'delete':
      return isQueue(step.before) ? describeDepth(step) : describeObject(step.before);
    default:
      return unreachable(step);
  }
}

/** `arguments.x-max-length 100 → 101`, for each field that differs. */
export const describeDifference = (before: TopologyObject, after: TopologyObject): string =>
  differences(before, after).map(renderShort).join(', ');

export function describeObject(object: TopologyObject): string {
  const facts = wordsOf(object).factsOf(object);
  return [...facts, ...describeArguments(toFields(object))]
    .filter((fact) => fact !== '')
    .join(', ');
}

/** A binding by what tells it from others into the same destination: `orders.events, order.us.paid`. */
export function describeWay(fields: Fields): string {
  const key = text(fields['routing_key']);
  const facts = [text(fields['source']), key === '' ? 'no routing_key' : key];
  return [...facts, ...describeArguments(fields)].join(', ');
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

function differences(before: TopologyObject, after: TopologyObject): FieldDifference[] {
  const left = flatten(toFields(before));
  const right = flatten(toFields(after));
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
