// Checks the values of a runtime parameter's keys. What is wrong with one is said without
// repeating it: it may be secret.
import { uriFault } from './amqp-uri.ts';
import { nearest } from './did-you-mean.ts';
import { queueArguments } from './known-arguments.ts';
import type { KeyTable, ParameterValue } from './parameter-key.ts';
import { policyKeys } from './policy-keys.ts';
import { describe, fits } from './policy-value.ts';
import { oneOf, quote } from './quote.ts';
import type { Table, Value } from './value.ts';

export interface Misfit {
  /** Where it is within the value. */
  readonly path: readonly string[];
  /** The part of the path to name: a key that nothing knows may be secret, too. */
  readonly named?: readonly string[];
  /** Such as: must be a number. */
  readonly says: string;
  readonly hint?: string;
}

/** Such as: dest-publish-properties.priority must be a number. */
export const sayMisfit = (key: string, { path, named = path, says }: Misfit): string =>
  `${[key, ...named].join('.')} ${says}`;

/** Finds what RabbitMQ refuses in the value of a key. */
export function misfits(value: Value, wanted: ParameterValue): readonly Misfit[] {
  switch (wanted.kind) {
    case 'flag':
      return must('be true or false', typeof value === 'boolean', plainFlag);
    case 'queue-name':
      return must('be a string of at most 255 bytes', isQueueName(value));
    case 'removal':
      return must(removalWords(wanted.words), isRemoval(value, wanted.words));
    case 'uris':
      return misfitsOfUris(value);
    case 'texts':
      return inMap(value, (table) =>
        [...table].flatMap(([name, one]) =>
          typeof one === 'string' ? [] : [{ path: [name], says: 'must be a string' }],
        ),
      );
    case 'arguments':
      return inMap(value, (table) => misfitsOfArguments(table, argumentsOf[wanted.of]));
    case 'fields':
      return inMap(value, (table) => misfitsOfFields(table, wanted.of));
    default:
      return must(`be ${describe(wanted)}`, fits(value, wanted), hintFor(value, wanted));
  }
}

const must = (what: string, isSo: boolean, hint?: string): Misfit[] =>
  isSo ? [] : [{ path: [], says: `must ${what}`, ...(hint !== undefined && { hint }) }];

const plainFlag = 'YAML 1.2 knows true and false, without quotes';

const hintFor = (value: Value, { kind }: ParameterValue): string | undefined =>
  kind !== 'text' && kind !== 'choice' && typeof value === 'string' && /^-?\d+$/.test(value)
    ? 'write the number without quotes'
    : undefined;

/** An empty list is an empty map to RabbitMQ. */
function inMap(value: Value, find: (table: Table) => readonly Misfit[]): readonly Misfit[] {
  if (Array.isArray(value) && value.length === 0) return [];
  return value instanceof Map ? find(value as Table) : must('be a map', false);
}

const isQueueName = (value: Value): boolean =>
  typeof value === 'string' && Buffer.byteLength(value) <= 255;

const isRemoval = (value: Value, words: readonly string[]): boolean =>
  typeof value === 'string' ? words.includes(value) : fits(value, { kind: 'integer', least: 0 });

const removalWords = (words: readonly string[]): string =>
  `be ${oneOf([...words.map(quote), 'a number of messages'])}`;

function misfitsOfUris(value: Value): readonly Misfit[] {
  if (typeof value === 'string') return misfitsOfUri(value, []);
  if (!Array.isArray(value)) return must('be a URI, or a list of them', false);
  return (value as readonly Value[]).flatMap((one, index) => misfitsOfUri(one, [String(index)]));
}

function misfitsOfUri(value: Value, path: readonly string[]): Misfit[] {
  if (typeof value !== 'string') return [{ path, says: 'must be a URI' }];
  const fault = uriFault(value);
  if (fault === undefined) return [];
  const hint =
    'write it as amqps://user:password@host:5671/vhost, and percent-encode what is special in a part, such as %2F for / and %40 for @';
  return [{ path, says: `is no AMQP URI: ${fault}`, hint }];
}

/** Those that RabbitMQ reads; other names are stored for nothing, or refused. */
const argumentsOf: Readonly<Record<'queue' | 'consumer', readonly string[]>> = {
  queue: [...queueArguments.keys()],
  consumer: ['x-priority', 'x-stream-offset', 'x-consumer-timeout', 'x-cancel-on-ha-failover'],
};

function misfitsOfArguments(table: Table, known: readonly string[]): Misfit[] {
  return [...table].flatMap(([name, value]): Misfit[] => {
    const wanted = policyKeys.get(name.replace(/^x-/, ''))?.value;
    if (wanted !== undefined && known.includes(name) && !fits(value, wanted))
      return [{ path: [name], says: `must be ${describe(wanted)}` }];
    const meant = known.includes(name) ? undefined : nearest(name.toLowerCase(), known);
    if (meant === undefined) return [];
    const says = `has an argument ${quote(name)}, which RabbitMQ does not know`;
    return [{ path: [name], named: [], says, hint: `did you mean ${meant}?` }];
  });
}

function misfitsOfFields(table: Table, known: KeyTable): Misfit[] {
  return [...table].flatMap(([name, value]) => {
    const row = known.get(name);
    if (row !== undefined)
      return misfits(value, row.value).map((one) => ({ ...one, path: [name, ...one.path] }));
    const meant = nearest(name, known.keys());
    const hint = meant ? `did you mean ${meant}?` : `there are ${[...known.keys()].join(', ')}`;
    const says = meant ? `has no field ${quote(name)}` : 'has an unknown field';
    return [{ path: [name], named: [], says, hint }];
  });
}
