// Renders a plan in Markdown for a pull request, where strangers' names must be nothing but names.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/reconcile/step.ts';
import { escape } from '../../src/report/escape.ts';
import { code, sentence } from '../../src/report/markdown.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { normalizeBinding } from '../../src/topology/kinds/binding.ts';
import { normalizeExchange } from '../../src/topology/kinds/exchange.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';
import { createStep, deleteStep, replaceStep } from '../reconcile/steps.ts';

/** Puts the text in each place that may hold text from a file, a broker or a command line. */
function planWith(text: string): Plan {
  const fields = { vhost: text, arguments: { [text]: text, long: [text, 'x'.repeat(80)] } };
  const entry = { ...fields, name: text, type: text };
  const [queue, exchange] = [normalizeQueue(entry, text), normalizeExchange(entry, text)];
  const ends = { source: text, destination: text, routing_key: text };
  const binding = normalizeBinding({ ...fields, ...ends }, text);
  const source = { file: text, line: 1, col: 1 };
  return {
    topo_plan: 1,
    id: '8f1c2a9',
    endpoint: text,
    files: [text],
    vhost: `v${text}`,
    broker: { version: text, cluster_name: text },
    unfinished: [
      {
        id: text,
        started: '2026-11-28T10:00:00.000Z',
        user: text,
        host: text,
        kept: text,
        files: [text],
        put_back: [text],
        lost: [text],
        replaced: { done: 1, away: 1, not_begun: 1, changed: 1 },
      },
    ],
    steps: [
      { ...createStep(queue), at: source },
      {
        ...replaceStep({ ...exchange, type: 'x' }, exchange, { because: text }),
        at: source,
      },
      {
        ...deleteStep(queue, { depth: { kind: 'unknown', why: text, hint: text } }),
        address: text,
      },
      { ...createStep(binding), at: source },
    ],
    refusals: [
      { code: 'c', address: text, reason: text, hint: `declare it, or topo apply ${text}` },
      { code: 'c', reason: `queue ${JSON.stringify(text)} stays`, hint: text },
    ],
    warnings: [{ code: 'c', message: text, hint: text, source }],
    undeclared_bindings: [
      {
        address: 'queues/%2F/q',
        count: 30,
        first: [{ ...fields, ...ends }],
      },
    ],
    disowned: [
      { address: text, object: 'queue' },
      { address: `bindings/${text}`, object: 'binding', because: text },
    ],
    gap: 'pipelined',
    summary: {
      create: 1,
      update: 0,
      replace: 1,
      delete: 1,
      restored: 0,
      refused: 1,
      unchanged: 0,
      unmanaged: 0,
      managed: 0,
      declared: 0,
      left_out: 0,
      vhosts: [],
    },
  };
}

/**
 * Parses a line like CommonMark: a run of backticks opens a span, the next run of the same length
 * ends it.
 */
function readSpans(line: string): { spans: string[]; prose: string } {
  const spans: string[] = [];
  let prose = '';
  let at = 0;
  while (at < line.length) {
    const run = /^`+/.exec(line.slice(at))?.[0] ?? '';
    const end = run === '' ? -1 : endOfSpan(line, at + run.length, run.length);
    if (end >= 0) {
      const content = line.slice(at + run.length, end);
      spans.push(/^ .*[^ ].* $/.test(content) ? content.slice(1, -1) : content);
      at = end + run.length;
      continue;
    }
    prose += line[at] ?? '';
    at++;
  }
  return { spans, prose };
}

function endOfSpan(line: string, from: number, length: number): number {
  for (const { 0: run, index } of line.slice(from).matchAll(/`+/g)) {
    if (run.length === length) return from + index;
  }
  return -1;
}

/** Parses a row like GFM: a pipe without a backslash ends a cell, even in code. */
const cellsOf = (row: string): string[] =>
  row.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|').trim());

/** All text outside code, which GitHub may interpret. */
function proseOf(markdown: string): string {
  return markdown
    .split('\n')
    .flatMap((line) => (line.startsWith('|') ? cellsOf(line) : [line]))
    .map((part) => readSpans(part).prose)
    .join('\n');
}

const hostile = [
  '@octocat',
  'https://evil.example/?a=b',
  'www.evil.example',
  'me@evil.example',
  '#1',
  'GH-1',
  'org/repo#2',
  '$math$',
  '$`x`$',
  ':tada:',
  '0123456789abcdef',
  'deadbeef',
  '<img src=x>',
  '[a](b)',
  '![a](b)',
  '*a*',
  '_a_',
  '~~a~~',
  '`',
  '``',
  'a`',
  '`a',
  '`` ` ``',
  'a\\',
  '\\`',
  'a|b',
  'a\\|b',
  'a\\\\|b',
  '|',
  ' a ',
  ' ',
  '&amp;',
  '<!-- -->',
  '</td>',
  '\n# a',
  '\r\n@a',
  '\u2028@a',
  '"@a" #1',
  '"a b" @c',
  '"\\"@a b"',
  '- a',
  '1. a',
  '> a',
  '---',
  '[^1]',
  '{{x}}',
];

describe('a plan as Markdown', () => {
  const skeleton = proseOf(renderPlanMarkdown(planWith('q.')));

  test.each(hostile)('holds %j only in code', (text) => {
    const markdown = renderPlanMarkdown(planWith(text));
    const prose = proseOf(markdown);
    const strange = /[@#$`\\<>[\]*_~&|]|https?:|www|\/|evil|[0-9a-f]{7}/g;
    const withoutOurs = prose
      .replaceAll('<br>', '')
      .replace('###', '')
      .replace('**Refused**', '')
      .replace('**Unfinished**', '')
      .replaceAll(/\*\*refused\*\*/g, '')
      .replaceAll(/^>(?: warning| note| -)?/gm, '');
    expect(withoutOurs.match(strange)).toBeNull();
    expect(markdown.split('\n').length).toBe(renderPlanMarkdown(planWith('q.')).split('\n').length);
    for (const row of markdown.split('\n').filter((line) => line.startsWith('|'))) {
      expect(cellsOf(row)).toHaveLength(7);
    }
  });

  test('shows names as they are', () => {
    const markdown = renderPlanMarkdown(planWith('a|`b` @c'));
    const rows = markdown.split('\n').filter((line) => line.startsWith('| create | queue'));
    expect(cellsOf(rows[0] ?? '').slice(3, 4)).toEqual(['``a|`b` @c (vhost a|`b` @c)``']);
  });

  test('leaves its own words plain', () => {
    expect(skeleton).toContain('topo plan:');
    expect(skeleton).toContain('- : q.: declare it, or topo apply q.\n');
  });
});

test('any text is one span of code, and reads back', () => {
  const texts = fc.string({ unit: fc.constantFrom('`', '\\', ' ', 'a', '|', '\n'), maxLength: 12 });
  fc.assert(
    fc.property(texts, texts, (text, other) => {
      const { spans, prose } = readSpans(`x ${code(text)} y ${code(other)} z`);
      const shown = [text, other].map(escape).filter((each) => each !== '');
      expect(spans).toEqual(shown);
      expect(prose.replaceAll(/\s+/g, ' ')).toBe('x y z');
    }),
  );
});

describe('a sentence', () => {
  const rows: [string, string][] = [
    ['312 messages would be lost', '312 messages would be lost'],
    ['1,204 messages (33 %), all of them.', '1,204 messages (33 %), all of them.'],
    ["the broker's own; don't", "the broker's own; don't"],
    ['queue "a b": no x-expires', 'queue `"a b"`: no `x-expires`'],
    ['topo apply --allow-deletes 4', 'topo apply `--allow-deletes` 4'],
    ['because of queues/%2F/a', 'because of `queues/%2F/a`'],
    ['(@a), "@b", #1.', '(`@a`), `"@b"`, `#1`.'],
    ['deadbeef 1234567 GH-1', '`deadbeef` `1234567` `GH-1`'],
    ['', ''],
  ];
  test.each(rows)('%s', (text, markdown) => {
    expect(sentence(text)).toBe(markdown);
  });
});
