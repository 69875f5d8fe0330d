// Files made to hurt end in a clear error within seconds of work, and never in any other exception.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePieces, parseWhole } from '../../src/file/parse-file.ts';
import { Source } from '../../src/file/source.ts';
import { atEffort } from '../effort.ts';
import { problemsOf, readText } from './read.ts';

/**
 * Lines or items that each cost something. Quadratic costs show in the long run, which has ten
 * times as many.
 */
const many = atEffort(1_500);
/** Of this process's own time: the first files warm up, the rest is in proportion to the length. */
const seconds = 1 + many / 7_500;
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
const list = (count: number, item: (index: number) => string): string =>
  `[${Array.from({ length: count }, (_, index) => item(index)).join(', ')}]`;

describe('a hostile file', () => {
  const rows: [string, string, RegExp | string][] = [
    ['100,000 brackets', '['.repeat(100_000), /:1:257 too-deep: nested more than 64 levels deep/],
    ['100,000 braces', '{a: '.repeat(100_000), /:1:1025 too-deep/],
    ['100,000 dashes', `${'- '.repeat(100_000)}a\n- b`, /:1:513 too-deep/],
    ['50,000 question marks', '? '.repeat(50_000), /:1:513 too-deep/],
    ['3,000 indents', lines(3000, (n) => `${' '.repeat(n)}a:`), /:258:258 too-deep/],
    ['65 levels', `outputs: { a: ${'['.repeat(65)}${']'.repeat(65)} }`, /:1:77 too-deep/],
    ['many equal keys', lines(many, () => 'a: 1'), /:2:1 duplicate-key: "a" is given twice/],
    ['many equal keys in braces', `{${'a: 1, '.repeat(many)}}`, /duplicate-key/],
    ['many keys', lines(many, (n) => `a${n}: 1`), /:1:1 unknown-field/],
    [
      'many equal queues',
      `queues:\n${lines(many, () => '  - name: a')}`,
      /:3:5 duplicate-declaration/,
    ],
    [
      'many equal queues in brackets',
      `queues: ${list(many, () => '{name: a}')}`,
      /:1:21 duplicate-declaration/,
    ],
    [
      'many faulty queues',
      `queues:\n${lines(many, () => '  - { nam: a, durable: yes }')}`,
      /:2:5 missing-field/,
    ],
    [
      'many unknown arguments',
      `queues:\n${lines(many, (n) => `  - { name: q${n}, arguments: { x-a: 1 } }`)}`,
      /:2:30 doubt unknown-argument/,
    ],
    [
      'many unknown variables',
      `queues:\n${lines(many, (n) => `  - name: q\${v${n}}`)}`,
      /:2:12 unknown-variable/,
    ],
    [
      'many variables',
      `variables:\n${lines(many, (n) => `  v${n}: 1`)}`,
      /warning unused-variable/,
    ],
    [
      'a chain of many variables',
      `variables:\n${lines(many, (n) => `  v${n}: \${v${n + 1}}`)}`,
      ':102:9 variable-chain: the variables refer to each other more than 100 deep\n    give some of them values of their own\n',
    ],
    [
      'variables that double 60 times',
      `variables:\n  v0: xx\n${lines(60, (n) => `  v${n + 1}: \${v${n}}\${v${n}}`)}`,
      /:21:8 text-too-long/,
    ],
    ['many faulty users', `users:\n${lines(many, () => '  - tags: 5')}`, /:2:5 missing-field/],
    [
      'many names in a for_each',
      `queues: [{ name: a, for_each: {${Array.from({ length: many }, (_, n) => `n${n}: 5`).join(', ')}} }]`,
      /wrong-value/,
    ],
    [
      'a range of a billion',
      'queues: [{ name: a, for_each: { n: 1..1000000000 } }]',
      /:1:36 too-many-entries/,
    ],
    [
      'a product of ranges',
      'queues: [{ name: a, for_each: { n: 1..10000, m: 1..10000 } }]',
      /:1:49 too-many-entries/,
    ],
    [
      'an alias bomb',
      `a: &a [x]\n${lines(30, (n) => `${key(n + 1)}: &${key(n + 1)} ${list(9, () => `*${key(n)}`)}`)}`,
      /too-many-aliased/,
    ],
    [
      'a chain of many aliases',
      `a0: &a0 [x]\n${lines(many, (n) => `a${n + 1}: &a${n + 1} [*a${n}]`)}`,
      /:64:12 too-deep/,
    ],
    ['many unknown aliases', list(many, () => '*a'), /unknown-anchor/],
    ['100,000 unclosed quotes', lines(100_000, () => '"a'), /yaml-syntax/],
    [
      'many entries with unclosed quotes',
      `queues:\n${lines(many, () => "  - name: 'a")}`,
      /:2:11 yaml-syntax: the quote that opens here is never closed/,
    ],
    [
      'a quote over 200,000 lines',
      `a: "${lines(200_000, () => '  x')}`,
      /:1:4 yaml-syntax: the quote that opens here/,
    ],
    ['many documents', lines(many, () => '---'), /:2:1 yaml-several-documents/],
    ['many directives', lines(many, () => '%YAML 1.1'), /:1:1 yaml-directive/],
    ['many closing brackets', ']'.repeat(many), /yaml-syntax/],
    ['many commas', `[${','.repeat(many)}`, /yaml-syntax/],
    ['100,000 tabs', `${'\t'.repeat(100_000)}a: 1`, /yaml-syntax: tabs are not allowed/],
    [
      '100,000 openings of an expression',
      `queues: [{ name: '${'${'.repeat(100_000)}' }]`,
      /bad-expression/,
    ],
    [
      'a name of 5,000,000 characters',
      `queues: [{ name: ${'x'.repeat(5_000_000)} }]`,
      /too-long: the queue name "x{80}…" is 5000000 bytes long/,
    ],
    ['a number of 100,000 digits', `outputs: { a: ${'9'.repeat(100_000)} }`, /wrong-value/],
  ];
  test.each(rows)('%s', async (_, text, expected) => {
    const start = process.cpuUsage();
    const problems = await problemsOf(readText(text));
    expect(problems.slice(0, 500)).toMatch(expected);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(seconds);
  });
});

/** a, b, … z, za, zb … */
function key(index: number): string {
  return 'z'.repeat(Math.floor(index / 25)) + String.fromCharCode(97 + (index % 25));
}

const fragments = [
  ...['exchanges', 'queues', 'bindings', 'variables', 'manage', 'outputs', 'name', 'for_each'],
  ...[
    ':',
    ': ',
    '- ',
    '? ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    "'",
    '|',
    '>',
    '#',
    ' # c',
    '&a ',
    '*a',
  ],
  ...[
    '!!str ',
    '!x ',
    '%YAML 1.2',
    '---',
    '...',
    '<<',
    '${',
    '${n}',
    '$${',
    '1..3',
    'null',
    '5',
    '1.0',
  ],
  ...[
    '\n',
    '\n',
    '\n  ',
    '\n  - ',
    '\n    ',
    '\r\n',
    '\t',
    '\0',
    '\ufeff',
    '\ud800',
    '__proto__',
    'a',
    'b',
  ],
  ...[
    '\nqueues:\n',
    '  - name: a\n',
    '  - { name: b }\n',
    '    durable: true\n',
    '\nexchanges:\n- ',
  ],
];
const yamlLike = fc.string({ unit: fc.constantFrom(...fragments), maxLength: 25 });

describe('any content of a file', () => {
  test('as text is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(yamlLike, async (text) => {
        await problemsOf(readText(text));
      }),
      { numRuns: atEffort(250) },
    );
  });

  test('as bytes is read or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        await problemsOf(readText(bytes));
      }),
      { numRuns: atEffort(150) },
    );
  });

  test('in pieces reads the same as in one', () => {
    fc.assert(
      fc.property(yamlLike, yamlLike, (head, tail) => {
        const source = new Source('a.yaml', `${head}\nqueues:\n  - name: a\n${tail}`);
        const pieces = parsePieces(source);
        if (pieces !== undefined) expect(pieces).toEqual(parseWhole(source));
      }),
      { numRuns: atEffort(1_000) },
    );
  });

  test('with something indented below a list is not read in pieces', () => {
    const source = new Source('a.yaml', 'queues:\n  - name: a\n\n  null');
    expect(parsePieces(source)).toBeUndefined();
  });

  test('100 entries with comments between them are read in pieces', () => {
    const entry = (n: number): string => `\n  # ${n}\n  - name: q${n}\n\n    durable: true # x`;
    const text = `# top\nvhost: /\nqueues: # all\n${lines(100, entry)}outputs: { a: 1 }\nexchanges: [{ name: x }]\nbindings:\n- source: x\n`;
    const source = new Source('a.yaml', text);
    expect(parsePieces(source)).toEqual(parseWhole(source));
    expect(parsePieces(source)).toMatchObject({ kind: 'parsed' });
  });
});
