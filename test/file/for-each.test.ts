// for_each: one entry for each value.
import { describe, expect, test } from 'vitest';
import { namesOf, objectsOf, readText } from './read.ts';

describe('for_each', () => {
  const rows: [string, string, string[]][] = [
    ['a range', '{ n: 1..3 }', ['1', '2', '3']],
    ['a range of one', '{ n: 7..7 }', ['7']],
    ['a range of none', '{ n: 1..0 }', []],
    ['a range below nothing', '{ n: -1..1 }', ['-1', '0', '1']],
    ['a range with spaces', '{ n: 1 .. 2 }', ['1', '2']],
    ['a range out of variables', "{ n: '${first}..${workers}' }", ['2', '3']],
    ['a range in a variable', "{ n: '${range}' }", ['8', '9']],
    ['a list', '{ n: [eu, 5, true, 1.0] }', ['eu', '5', 'true', '1.0']],
    ['a list of variables', "{ n: ['${workers}', 'x${first}'] }", ['3', 'x2']],
    ['an empty list', '{ n: [] }', []],
    ['a product', '{ a: 1..2, n: [x, y] }', ['x', 'y', 'x', 'y']],
    ['rows', '[{ n: one }, { n: two }]', ['one', 'two']],
    ['a name that hides a variable', '{ workers: 1..1, n: [a] }', ['a']],
  ];
  test.each(rows)('%s', async (_, forEach, expected) => {
    const text = `
variables: { workers: 3, first: 2, range: 8..9 }
queues:
  - for_each: ${forEach}
    name: \${n}
    vhost: \${env:RANDOM}
`;
    // A product repeats the name: each has a vhost of its own.
    let vhosts = 0;
    const env = Object.defineProperty({ TOPO_ALLOW_ENV: 'RANDOM' }, 'RANDOM', {
      get: () => `v${vhosts++}`,
    });
    expect(await namesOf(text, { env })).toEqual(expected);
  });

  test('the last name of a product varies fastest', async () => {
    const text = "queues: [{ for_each: { a: 1..2, b: [x, y] }, name: '${a}${b}' }]";
    expect(await namesOf(text)).toEqual(['1x', '1y', '2x', '2y']);
  });

  test('rows may have several variables, typed', async () => {
    const text = `
queues:
  - for_each: [{ q: a, limit: 10 }, { q: b, limit: 20 }]
    name: \${q}
    arguments: { x-max-length: '\${limit}' }
`;
    const objects = await objectsOf(text);
    const limits = objects.map((object) => object.arguments.get('x-max-length'));
    expect(limits).toEqual([10, 20]);
  });

  test("every object of a template has the template's place", async () => {
    const { objects } = await readText("queues:\n  - { for_each: { n: 1..2 }, name: 'q${n}' }\n");
    expect([...objects.values()].map(({ at }) => [at.line, at.col])).toEqual([
      [2, 5],
      [2, 5],
    ]);
  });
});
