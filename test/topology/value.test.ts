// Exact values: topo distinguishes what RabbitMQ distinguishes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson, renderJson } from '../../src/topology/json.ts';
import { canonical, Float, parseNumber, renderNumber, toTable } from '../../src/topology/value.ts';

describe('numbers', () => {
  const cases: [text: string, value: unknown, rendered: string][] = [
    ['0', 0, '0'],
    ['-0', -0, '0'],
    ['+7', 7, '7'],
    ['60000', 60000, '60000'],
    ['60000.0', new Float(60000), '60000.0'],
    ['6.0e4', new Float(60000), '60000.0'],
    ['6e4', new Float(60000), '60000.0'],
    ['1.5', 1.5, '1.5'],
    ['-1.5', -1.5, '-1.5'],
    ['1e300', new Float(1e300), '1e+300'],
    ['9007199254740991', Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['9007199254740993', 9007199254740993n, '9007199254740993'],
    ['+9007199254740993', 9007199254740993n, '9007199254740993'],
    ['-9007199254740993', -9007199254740993n, '-9007199254740993'],
    ['12345678901234567890', 12345678901234567890n, '12345678901234567890'],
  ];
  test.each(cases)('%s', (text, value, rendered) => {
    const parsed = parseNumber(text);
    expect(parsed).toEqual(value);
    expect(renderNumber(parsed)).toBe(rendered);
  });
});

describe('JSON', () => {
  const texts = [
    '{"a":1,"b":[true,null,"x"]}',
    '{"foo":60000.0,"big":12345678901234567890}',
    '{"__proto__":1,"constructor":{"__proto__":2.0}}',
    '[9007199254740993,-9007199254740993]',
    '"\\u001b[31m \\u202e \\u009b \\u2028 \\u007f"',
    '{"deep":[[[{"x":1.5}]]]}',
    'null',
  ];
  test.each(texts)('%s reads back unchanged', (text) => {
    expect(renderJson(parseJson(text))).toBe(text);
  });

  test('indents as asked', () => {
    expect(renderJson({ a: [1] }, 2)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  test('of a queue whose record is wrong, 4.0 says first what runs', () => {
    const row = '{"online":[],"online":["a@b"],"state":"down","state":"running"}';
    expect(parseJson(`[${row}]`)).toEqual([{ online: [], state: 'down' }]);
  });

  test('the last of two equal keys wins', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ a: 2 });
    expect(parseJson('{"a":1.0,"a":2.0}')).toEqual({ a: new Float(2) });
  });

  test('broken JSON is a SyntaxError, with and without exact numbers', () => {
    expect(() => parseJson('{"a":1')).toThrow(SyntaxError);
    expect(() => parseJson('{"a":1.0')).toThrow(SyntaxError);
  });

  test('any JSON reads back equal, without printing control characters', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = renderJson(value);
        expect(parseJson(text)).toEqual(parseJson(JSON.stringify(value)));
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});

describe('canonical text', () => {
  const equal: [unknown, unknown][] = [
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: { y: [1, 2], x: null } }, { a: { x: null, y: [1, 2] } }],
    [{ f: new Float(1) }, { f: new Float(1) }],
  ];
  test.each(equal)('%j equals %j', (a, b) => {
    expect(canonical(toTable(a as object))).toBe(canonical(toTable(b as object)));
  });

  const different: [unknown, unknown][] = [
    [{ n: 1 }, { n: new Float(1) }],
    [{ n: 1 }, { n: '1' }],
    [{ n: 1 }, { n: true }],
    [{ n: null }, { n: 'null' }],
    [{ n: null }, {}],
    [{ n: [1, 2] }, { n: [2, 1] }],
    [{ n: { a: 1 } }, { n: '{"a":1}' }],
    [{ n: 9007199254740992n }, { n: 9007199254740993n }],
    [{ 'a":1,"b': 1 }, { a: 1, b: 1 }],
  ];
  test.each(different)('case %#', (a, b) => {
    expect(canonical(toTable(a as object))).not.toBe(canonical(toTable(b as object)));
  });
});
