// The quick reader reads what it reads exactly as the yaml package does, and leaves the rest to it.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePiece } from '../../src/file/parse-file.ts';
import { readQuickly } from '../../src/file/quick-entries.ts';
import { atEffort } from '../effort.ts';

const whole = (text: string) => ({ section: 'queues', start: 0, end: text.length }) as const;
const both = (text: string) => [readQuickly(text, whole(text)), parsePiece(text, whole(text))];

describe('read quickly', () => {
  test.each([
    '  - { name: orders.region.queue.1, durable: true }\n',
    '- { source: exchange.1, destination: a, routing_key: region.1.# }\n- { name: b }\n',
    '- name: \'a b: #c\'\n  durable: false\n- name: "x"\n',
    '  - name: a\n    arguments:\n      x-max-length: 5\n      x-deep:\n        y: 1.0\n    durable: true\n',
    '- { name: a, arguments: { x-a: [1, 2.50, 0x1F, {}], x-b: [] } }\n',
    '- name: a\n  arguments: { x-expires: 9007199254740993 }',
    '- name: $x/y\n  type: null\n',
    '  -  { name: a }\n',
  ])('%j', (text) => {
    const [quick, thorough] = both(text);
    if (!text.startsWith('  -  ')) expect(quick).toBeDefined();
    if (quick !== undefined) expect(quick).toEqual(thorough);
  });
});

test.each([
  ['an alias', '- { name: *a }\n'],
  ['an anchor', '- { name: &a b }\n'],
  ['a tag', '- { name: !!str b }\n'],
  ['a comment', '- { name: b } # c\n'],
  ['a line between', '- { name: b }\n\n- { name: c }\n'],
  ['a key given twice', '- { name: b, name: c }\n'],
  ['a prototype', '- { __proto__: b }\n'],
  ['an expression', "- { name: 'q${n}' }\n- name: q${n}\n"],
  ['an escape', '- { name: "a\\n" }\n'],
  ['a quote within quotes', "- { name: 'a''b' }\n"],
  ['text of several words', '- name: a b\n'],
  ['text over several lines', '- name: a\n   b\n'],
  ['a colon', '- { name: a:b }\n'],
  ['a key without a value', '- { name: }\n- name:\n'],
  ['no space after the colon', '- {"name":a}\n'],
  ['a number that no broker can hold', '- { name: 1e999 }\n'],
  ['Windows line ends', '- { name: a }\r\n'],
  ['a tab', '- {\tname: a }\n'],
  ['what no keyboard types', '- { name: "ä" }\n'],
  ['an unclosed map', '- { name: a\n'],
  ['a list in a list', '- - a\n'],
  ['another indent', '- name: a\n   durable: true\n'],
  ['deep nesting', `- { name: ${'['.repeat(9)}${']'.repeat(9)} }\n`],
])('left to the yaml package: %s', (_, text) => {
  expect(readQuickly(text, whole(text))).toBeUndefined();
});

/** Pieces of texts that are nearly plain enough. */
const scraps = [
  ...['- ', '  ', '    ', '\n', '\n  ', '\n- ', '\n  - ', ' ', ', ', ',', ': ', ':', ':\n      '],
  ...['{', '}', '{ ', ' }', '[', ']', "'", '"', "'a b'", '"c"', '#', ' #', '*', '&', '!', '|', '>'],
  ...['name', 'durable', 'x-a', 'true', 'null', '~', '1', '1.0', '0x1f', '1e9', '-5', '.5', '...'],
  ...['---', '?', '%', '@', '`', '$', '${n}', '\\', '\t', '\r', 'ä', '=', '<<', 'a.b', '/', '+'],
];
const scrap = fc.constantFrom(...scraps);
const plainValues = ['a', 'region.1.#', '5', '1.0', 'true', "'x y'", '"z"', '{}', '[1, b]', '$a'];
const value = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...plainValues) },
  { weight: 1, arbitrary: scrap },
);
const field = fc.tuple(fc.constantFrom('name', 'durable', 'x-a', 'type', 'b', 'c'), value);
const flow = fc
  .array(field, { maxLength: 3 })
  .map((fields) => `- { ${fields.map(([key, text]) => `${key}: ${text}`).join(', ')} }\n`);
const block = fc
  .array(field, { minLength: 1, maxLength: 3 })
  .map((fields) => `- ${fields.map(([key, text]) => `${key}: ${text}\n`).join('  ')}`);
const nested = fc
  .tuple(field, field)
  .map(([[a, x], [b, y]]) => `- ${a}:\n      ${b}: ${y}\n      x-z: ${x}\n  last: 1\n`);
const entries = fc
  .array(fc.oneof(flow, block, nested), { minLength: 1, maxLength: 4 })
  .map((all) => all.join(''));
/** One scrap is put in at some place, or nothing. */
const nearlyPlain = fc
  .tuple(entries, fc.nat(), fc.option(scrap, { nil: '', freq: 2 }))
  .map(([text, place, more]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + more + text.slice(at);
  });
const anyScraps = fc.array(scrap, { maxLength: 14 }).map((all) => `- ${all.join('')}`);

test.each([
  { what: 'nearly plain', texts: nearlyPlain, atLeast: 100 },
  { what: 'any scraps', texts: anyScraps, atLeast: 0 },
])('$what: what is read quickly is what the yaml package reads', ({ texts, atLeast }) => {
  let quick = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const [found, thorough] = both(text);
      if (found === undefined) return;
      quick++;
      expect(found).toEqual(thorough);
    }),
    { numRuns: atEffort(1_500) },
  );
  expect(quick).toBeGreaterThanOrEqual(atLeast);
});
