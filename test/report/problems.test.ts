// Renders problems with place, frame and hint, and hostile text harmless.
import colors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { escape } from '../../src/report/escape.ts';
import { renderFileChange } from '../../src/report/file-change.ts';
import { renderProblems } from '../../src/report/problems.ts';
import { renderJson } from '../../src/topology/json.ts';
import { InvalidInput, type Problem } from '../../src/topology/problem.ts';

const plain = colors.createColors(false);
const render = (problems: readonly Problem[], text = ''): string =>
  renderProblems(new InvalidInput(problems, new Map([['t.yaml', text]])), plain);

const at = (line: number, col: number) => ({ file: 't.yaml', line, col });

describe('problems', () => {
  test('with place, frame and hint', () => {
    const text = 'queues:\n  - { nam: a }\n  - { name: b }\n';
    expect(
      render([{ code: 'c', message: 'no field nam', hint: 'name?', at: at(2, 7) }], text),
    ).toBe(
      [
        't.yaml:2:7: error: no field nam',
        '  1 | queues:',
        '  2 |   - { nam: a }',
        '    |       ^',
        '  hint: name?',
      ].join('\n'),
    );
  });

  test('on the first line, after a tab, with CRLF', () => {
    expect(render([{ code: 'c', message: 'm', at: at(1, 3) }], 'a\tb\r\n')).toBe(
      ['t.yaml:1:3: error: m', '  1 | a\\u0009b', '    |        ^'].join('\n'),
    );
  });

  test('without a place', () => {
    expect(render([{ code: 'c', message: 'm', hint: 'h' }])).toBe('error: m\n  hint: h');
  });

  test('in a long line, the part around the place', () => {
    const text = `${'a'.repeat(500)}X${'b'.repeat(500)}`;
    const lines = render([{ code: 'c', message: 'm', at: at(1, 501) }], text).split('\n');
    expect(lines[1]).toHaveLength(106);
    expect(lines[1]?.[lines[2]?.indexOf('^') ?? 0]).toBe('X');
  });

  test('the first fifty, and the number of the others', () => {
    const many = Array.from({ length: 1052 }, (_, i) => ({ code: 'c', message: `m${i}` }));
    const text = render(many);
    expect(text.split('\n\n')).toHaveLength(51);
    expect(text.endsWith('… and 1,002 more problems')).toBe(true);
  });

  test('without characters that a terminal acts on', () => {
    const hostile = '\u001b[31m\u009b\u202e';
    const text = render([{ code: 'c', message: hostile, hint: hostile, at: at(1, 1) }], hostile);
    expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(text).toContain('\\u001b[31m\\u009b\\u202e');
  });
});

describe('possible secrets are hidden', () => {
  /** The mark is below the column of the problem. */
  const rows: [string, string, string, string][] = [
    ['inside brackets', 'users: [{ name: u, password: hunter2, tagz: [] }]', 'tagz', 'tagz: •••'],
    ['a number', 'users: [{ password: 12345, tags: 5 }]', '12345', '•••, tags: 5 }]'],
    ['with a comma', 'users: [{ password: hunt,er2, tags: 5 }]', 'tags', 'tags: 5 }]'],
    ['on a line of its own', 'users:\n  - password: a, b: hunter2', 'b:', '•••'],
    ['on the line before', 'users:\n  - password: hunter2\n    tags: 5', 'tags', 'tags: 5'],
    ['on several lines', 'users:\n  - password: a\n      hunter2\n    tags: 5', 'tags', 'tags: 5'],
    ['as a block', 'users:\n  - password: |\n      hunter2\n    tags: 5', 'hunter2', '•••'],
    ['in single quotes', "users: [{ password: 'it''s hunter2', tags: 5 }]", 'tags', 'tags: 5 }]'],
    ['in double quotes', 'users: [{ password: "\\" hunter2", tags: 5 }]', 'tags', 'tags: 5 }]'],
    ['with an unclosed quote', 'users: [{ password: "hunter2 }]', '"hunter2', '•••'],
    ['after an unclosed quote', 'users:\n  - password: "a\n    hunter2: c', 'c', '•••'],
    ['under a misspelled name', 'users: [{ pw: hunter2, tags: 5 }]', 'tags', 'tags: 5 }]'],
    ['without a colon', 'users:\n  - password hunter2', 'password', 'password •••'],
    ['without a space', 'users:\n  - password:hunter2', 'password', 'password:•••'],
    ['a hash in JSON', '{"users":[{"password_hash":"hunter2","tags":5}]}', '"tags', '"tags":5}]}'],
    [
      'in a URI',
      'parameters: [{ value: [amqp://u:hunter2@host], x: 5 }]',
      'host',
      'host], x: 5 }]',
    ],
    ['a whole parameter', 'parameters: [{ value: hunter2, x: 5 }]', 'x:', 'x: 5 }]'],
    ['a part of one', 'parameters: [{ value: { src-uri: hunter2, q: 5 } }]', 'q:', 'q: 5 } }]'],
    ['of a variable', 'variables: { db_password: hunter2, x: y }', 'x:', 'x: y }'],
  ];
  test.each(rows)('%s', (_, text, place, expected) => {
    const lines = text.slice(0, text.indexOf(place)).split('\n');
    const problem = {
      code: 'c',
      message: 'm',
      at: at(lines.length, (lines.at(-1)?.length ?? 0) + 1),
    };
    const printed = render([problem], text);
    expect(printed).not.toMatch(/hunt|er2|12345/);
    const [row = '', mark = ''] = printed.split('\n').slice(-2);
    expect(row.slice(mark.indexOf('^'))).toBe(expected);
  });

  test.each([
    ['names of queues', 'queues: [{ name: password_resets }, { name: token }]'],
    ['names of users', '{"users":[{"name":"u","tags":["a"],"limits":{"max-channels":5}}]}'],
    ['routing keys', 'bindings: [{ source: a, destination: b, routing_key: password }]'],
    ['what is no secret of a parameter', 'parameters: [{ name: a, value: { queue: b } }]'],
  ])('but %s are', (_, text) => {
    expect(render([{ code: 'c', message: 'm', at: at(1, 1) }], text)).toContain(`1 | ${text}\n`);
  });
});

describe('escapes', () => {
  test('of a terminal', () => {
    expect(escape('a\nb\u007f🐇')).toBe('a\\u000ab\\u007f🐇');
  });
  test('of commands to a CI runner in a log', () => {
    const names = ['##vso[task.setvariable variable=PATH]/x', '##[add-mask]a', 'a##vso[b]', '# #['];
    expect(names.map(escape)).toEqual([
      '\\u0023#vso[task.setvariable variable=PATH]/x',
      '\\u0023#[add-mask]a',
      'a\\u0023#vso[b]',
      '# #[',
    ]);
    const json = renderJson(names);
    expect(json).not.toMatch(/##\w*\[/);
    expect(JSON.parse(json)).toEqual(names);
  });
  test('of invisible characters', () => {
    const names = ['a\u200bb', 'a\u00adb', 'a\u2060b', 'a\ufe0fb', 'a\u3164b', 'a\u{e0001}b'];
    expect(names.map(escape)).toEqual([
      'a\\u200bb',
      'a\\u00adb',
      'a\\u2060b',
      'a\\ufe0fb',
      'a\\u3164b',
      'a\\udb40\\udc01b',
    ]);
    expect(escape('é ü 漢字 🐇')).toBe('é ü 漢字 🐇');
  });
});

describe('a change of a file', () => {
  test('as a unified diff', () => {
    expect(renderFileChange('t.yaml', 'a\nb\nc\n', 'a\nB\nc\n', plain)).toBe(
      ['--- t.yaml', '+++ t.yaml', '@@ -1,3 +1,3 @@', ' a', '-b', '+B', ' c'].join('\n'),
    );
  });
  test('whose lines end with carriage returns', () => {
    expect(renderFileChange('t.yaml', 'a\r\nb\r\n', 'a\r\nB\r\n', plain)).toBe(
      ['--- t.yaml', '+++ t.yaml', '@@ -1,2 +1,2 @@', ' a', '-b', '+B'].join('\n'),
    );
  });
  test('without possible secrets', () => {
    const before = 'users:\n  - { name: u, password: hunter2 }\nqueues:\n  - name: a\n';
    const diff = renderFileChange('t.yaml', before, before.replace('a\n', 'b\n'), plain);
    expect(diff).toContain('password: •••');
    expect(diff).not.toContain('hunter2');
    expect(diff).toContain('-  - name: a\n+  - name: b');
  });
  test('if there is none', () => {
    expect(renderFileChange('t.yaml', 'a\n', 'a\n', plain)).toBe('t.yaml is up to date');
  });
});
