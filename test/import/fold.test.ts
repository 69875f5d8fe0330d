// Folding changes how a file is written, never what it declares.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fieldMap, type Entry } from '../../src/import/entry.ts';
import { fold } from '../../src/import/fold.ts';
import { renderImported } from '../../src/import/render.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { atEffort } from '../effort.ts';
import { objectsOf } from '../file/read.ts';
import { origin } from './origin.ts';

/** Names made of pieces that clash with one another, with numbers and with expressions. */
const piece = fc.constantFrom(...['a', '1', '11', '$', '${', '{i}', 'blue', '0', '-', '$${', ' ']);
const affix = fc.string({ unit: piece, maxLength: 4 });
const spread = fc.record({ before: affix, between: affix, after: affix, limit: fc.boolean() });

const keysOf = (count: number, kind: 'count' | 'keys'): (number | string)[] =>
  Array.from({ length: count }, (_, index) => (kind === 'count' ? index : `k${index % 7}${index}`));

const groups = fc
  .record({
    spread,
    outer: fc.integer({ min: 1, max: 3 }),
    inner: fc.integer({ min: 1, max: 12 }),
    kind: fc.constantFrom('count' as const, 'keys' as const),
    offset: fc.integer({ min: 0, max: 2 }),
    gap: fc.boolean(),
  })
  .map(({ spread: { before, between, after, limit }, outer, inner, kind, offset, gap }) =>
    keysOf(outer, 'keys').flatMap((team) =>
      keysOf(inner, kind)
        .filter((_, index) => !gap || index !== 1)
        .map((key): Entry => {
          const shown = typeof key === 'number' ? key + offset : key;
          const name = `q${before}${team}${between}${shown}${after}`;
          const table = limit ? { 'x-max-length': offset + 1 } : { 'x-overflow': name };
          return {
            section: 'queues',
            fields: fieldMap({ name, vhost: '/', arguments: new Map(Object.entries(table)) }),
            origin: name,
            instance: {
              group: 'g',
              keys: new Map([
                ['team', team],
                ['', key],
              ]),
            },
          };
        }),
    ),
  );

const rendered = (entries: readonly Entry[]): string =>
  renderImported({ entries, outputs: new Map(), remarks: [] }, origin).text;
const canonical = async (text: string): Promise<string[]> =>
  (await objectsOf(text)).map(canonicalObject).sort();

test('a folded file declares the same as one that is not', async () => {
  await fc.assert(
    fc.asyncProperty(groups, async (entries) => {
      const alone = entries.map((entry) => ({ ...entry, instance: undefined }));
      expect(await canonical(rendered(entries))).toEqual(await canonical(rendered(alone)));
    }),
    { numRuns: atEffort(30) },
  );
});

const instances = (rows: readonly Readonly<Record<string, string>>[]): Entry[] =>
  rows.map((row, index) => ({
    section: 'bindings',
    fields: fieldMap({ source: 'x', vhost: '/', destination_type: 'queue', ...row }),
    origin: String(index),
    instance: { group: 'g', keys: new Map([['', index]]) },
  }));

describe('how instances are folded', () => {
  test.each<[what: string, rows: Record<string, string>[], text: string]>([
    [
      'by their number',
      [
        { destination: 'a1', routing_key: '1' },
        { destination: 'a2', routing_key: '2' },
      ],
      "for_each: { i: '1..2' }\n    source: x\n    destination: 'a${i}'\n    routing_key: '${i}'\n",
    ],
    [
      'by a list, where the number says nothing',
      [
        { destination: 'eu', routing_key: 'in.eu' },
        { destination: 'us', routing_key: 'in.us' },
      ],
      "for_each: { destination: [eu, us] }\n    source: x\n    destination: '${destination}'\n    routing_key: 'in.${destination}'\n",
    ],
    [
      'by rows, where one variable is not enough',
      [
        { destination: 'a', routing_key: 'x' },
        { destination: 'b', routing_key: 'x' },
        { destination: 'b', routing_key: 'y' },
      ],
      'for_each:\n      - { destination: a, routing_key: x }\n      - { destination: b, routing_key: x }\n',
    ],
    [
      'not at all, where rows are no shorter',
      [
        { destination: 'a', routing_key: 'x' },
        { destination: 'b', routing_key: 'y' },
      ],
      '  - source: x\n    destination: a\n    routing_key: x\n',
    ],
    [
      'not at all, where fields are missing',
      [{ destination: 'a1', routing_key: '1' }, { destination: 'a2' }],
      '  - source: x\n    destination: a1\n    routing_key: ',
    ],
  ])('%s', (_, rows, text) => {
    expect(rendered(instances(rows))).toContain(text);
  });

  test('those of different groups stay apart', () => {
    const [first, second] = instances([{ destination: 'a1' }, { destination: 'a2' }]);
    const other = second && { ...second, instance: { group: 'h', keys: new Map() } };
    expect(fold([first, other].filter((entry) => entry !== undefined))).toHaveLength(2);
  });

  test('thousands of them take no time', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => ({ destination: `a${index}.a1` }));
    expect(fold(instances(many))).toHaveLength(1);
  });
});
