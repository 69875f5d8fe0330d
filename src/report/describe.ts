// Describes the steps of a plan in words, for every format.
import { diffLines } from 'diff';
import { objectOf, type Step } from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import { isRecord, renderJson } from '../topology/json.ts';
import { toFields } from '../topology/normal-form.ts';
import { isQueue, unreachable, type TopologyObject } from '../topology/object.ts';
import { nounOf, wordsOf } from './kinds.ts';
import { asTold, isSecretChange } from './told-secrets.ts';

type Fields = Record<string, unknown>;

/** The object's usual name, with its vhost unless that is the file's own. */
export function nameOf(object: TopologyObject, vhost: string): string {
  const name = wordsOf(object).nameOf(object);
  return object.vhost === vhost || object.vhost === null ? name : `${name} (vhost ${object.vhost})`;
}

/** Such as `replace queue orders`. */
export const renderSubject = (step: Step, vhost: string): string =>
  `${step.kind} ${nounOf(objectOf(step))} ${nameOf(objectOf(step), vhost)}`;

/** Describes the step in one line. */
export function describe(step: Step): string {
  switch (step.kind) {
    case 'create':
      return describeObject(step.after);
    case 'update':
    case 'replace':
      return describeDifference(step.before, step.after);
    case 'delete':
      return isQueue(step.before) ? describeDepth(step) : describeObject(step.before);
    default:
      return unreachable(step);
  }
}

/** Lists each field that differs, such as `arguments.x-max-length 100 → 101`. */
export const describeDifference = (before: TopologyObject, after: TopologyObject): string =>
  differences(before, after).map(renderShort).join(', ');

export function describeObject(object: TopologyObject): string {
  const facts = wordsOf(object).factsOf(object);
  return [...facts, ...describeArguments(toFields(object).arguments ?? {})]
    .filter((fact) => fact !== '')
    .join(', ');
}

/** Tells a binding from others with the same destination: `orders.events, order.us.paid`. */
export function describeWay(fields: Fields): string {
  const key = text(fields['routing_key']);
  const facts = [text(fields['source']), key === '' ? 'no routing_key' : key];
  return [...facts, ...describeArguments((fields['arguments'] ?? {}) as Fields)].join(', ');
}

export function describeArguments(table: Fields): string[] {
  return Object.entries(table).map(([name, value]) => `${name} ${shown(value)}`);
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
  const left = flatten(asTold(toFields(before)) as Fields);
  const right = flatten(asTold(toFields(after), { isAfter: true }) as Fields);
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((field) => ({ field, before: left.get(field), after: right.get(field) }))
    .filter(({ before, after }) => before !== after && render(before) !== render(after));
}

/** Fields whose entries differ one by one. */
const tables = ['arguments', 'definition', 'limits', 'value'];

function flatten(fields: Fields): Map<string, unknown> {
  const all = Object.entries(fields).flatMap(([field, value]): [string, unknown][] =>
    tables.includes(field) && isRecord(value)
      ? Object.entries(value).map(([name, one]) => [`${field}.${name}`, one])
      : [[field, value]],
  );
  return new Map(all);
}

/** `changedLines` shows nested and long values, below. */
const isLong = ({ before, after }: FieldDifference): boolean =>
  [before, after].some((value) => render(value).length > 60);

function renderShort(field: FieldDifference): string {
  if (isLong(field)) return `${field.field} changes`;
  if (isSecretChange(field)) return `${field.field} changes (secret)`;
  return `${field.field} ${shown(field.before)} → ${shown(field.after)}`;
}

/** Renders the value of an argument: quotes strings only if they look like something else. */
function shown(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value !== 'string') return render(value);
  return /^(|[-+.\d].*|true|false|null|none)$/s.test(value) ? JSON.stringify(value) : value;
}

/** Shows changes inside nested and long values, line by line: `- old`, `+ new`. */
export function changedLines(step: Step): string[] {
  if (step.kind !== 'replace' && step.kind !== 'update') return [];
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
