// Folding changes how a file is written, never what it declares.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fieldMap,
  importedSections,
  Secret,
  type Entry,
  type ImportedSection,
} from '../../src/import/entry.ts';
import { fold } from '../../src/import/fold.ts';
import { renderImported } from '../../src/import/render.ts';
import { canonicalObject } from '../../src/topology/normal-form.ts';
import { atEffort } from '../effort.ts';
import { objectsOf, readText } from '../file/read.ts';
import { envOf, origin } from './origin.ts';

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

/** Instance `i` of a resource of each kind. */
const loops = {
  vhosts: (i) => ({ name: `team${i}`, description: `vhost of team ${i}`, tracing: true }),
  users: (i) => ({
    name: `app${i}`,
    tags: ['monitoring'],
    password: new Secret('hunter22', `USER app${i} PASSWORD`),
  }),
  permissions: (i) => ({ user: `app${i}`, configure: '', write: `^app${i}$`, read: '${x}' }),
  topic_permissions: (i) => ({ user: `app${i}`, exchange: 'amq.topic', write: '', read: `^${i}` }),
  policies: (i) => ({
    ...{ name: `p${i}`, pattern: `^q${i}$`, 'apply-to': 'queues', priority: i },
    definition: new Map<string, number | string>([
      ['max-length', i],
      ['dead-letter-exchange', `dead.${i}`],
    ]),
  }),
  operator_policies: (i) => ({
    ...{ name: `p${i}`, pattern: `^q${i}$`, 'apply-to': 'queues', priority: i },
    definition: new Map([['max-length', i]]),
  }),
  parameters: (i) => ({
    component: 'shovel',
    name: `s${i}`,
    value: new Map<string, Secret[] | string>([
      ['src-uri', [new Secret('amqp://u:p@h', `SHOVEL s${i} src-uri`)]],
      ['src-queue', `q${i}`],
      ['dest-uri', 'amqp://'],
    ]),
  }),
  global_parameters: (i) => ({ name: `g${i}`, value: new Map([['limit', i]]) }),
  exchanges: (i) => ({ name: `x${i}`, type: 'topic' }),
  queues: (i) => ({ name: `q${i}`, arguments: new Map([['x-max-length', i]]) }),
  bindings: (i) => ({ source: 'x', destination: `q${i}`, routing_key: `${i}` }),
} as const satisfies Record<ImportedSection, (i: number) => Parameters<typeof fieldMap>[0]>;

const sections = Object.keys(importedSections) as ImportedSection[];

describe('instances of every kind become one entry', () => {
  const loopOf = (section: ImportedSection, more: Partial<Entry> = {}): Entry[] =>
    [1, 2, 3].map((i) => ({
      section,
      fields: fieldMap(loops[section](i)),
      origin: String(i),
      instance: { group: 'g', keys: new Map([['', i - 1]]) },
      ...more,
    }));
  const read = async (entries: readonly Entry[]) => {
    const { text, secrets } = renderImported({ entries, outputs: new Map(), remarks: [] }, origin);
    const { objects } = await readText(text, { env: envOf(secrets) });
    const canonical = [...objects.values()].map(({ object }) => canonicalObject(object));
    return { text, objects: canonical.map(withoutVariables).sort() };
  };

  test.each(sections)('%s', async (section) => {
    const folded = await read(loopOf(section));
    const alone = await read(loopOf(section, { instance: undefined }));
    expect(folded.text.match(/^ {2}- /gm)).toHaveLength(1);
    expect(folded.objects).toHaveLength(3);
    expect(folded.objects).toEqual(alone.objects);
  });

  test('with a comment that all have', async () => {
    const comments = ['tainted: the next terraform apply would have replaced it'];
    const { text } = await read(loopOf('policies', { comments }));
    expect(text.match(/# tainted/g)).toHaveLength(1);
    expect(text).toContain("for_each: { i: '1..3' }");
  });

  test.each<[what: string, second: Partial<Entry>]>([
    ['a comment of one', { comments: ['its deletionPolicy is retain'] }],
    ['another password', { fields: userOf(new Secret('other', 'USER app2 PASSWORD')) }],
    ['an encrypted password', { fields: userOf(new Secret(undefined, 'USER app2 PASSWORD')) }],
    ['a password that is shown', { fields: userOf(new Secret('hunter22', 'SHOWN', true)) }],
  ])('but not with %s', (_, second) => {
    const entries = loopOf('users').map((entry, at) =>
      at === 1 ? { ...entry, ...second } : entry,
    );
    expect(fold(entries)).toHaveLength(3);
  });

  test('but not with passwords that are all unknown', () => {
    const entries = [1, 2].map((i) => ({
      ...loopOf('users')[i],
      section: 'users' as const,
      fields: fieldMap({ name: `app${i}`, password: new Secret(undefined, `USER app${i}`) }),
      origin: '',
    }));
    expect(fold(entries)).toHaveLength(2);
  });
});

/** One variable or several hold what is one secret. */
const withoutVariables = (text: string): string => text.replaceAll(/\$(?:\{env:)?[A-Z0-9_]+/g, '$');

function userOf(password: Secret) {
  return fieldMap({ name: 'app2', tags: ['monitoring'], password });
}
