// Where a variable's value comes from, and what becomes of it in a field.
import { describe, expect, test } from 'vitest';
import { canonical } from '../../src/topology/value.ts';
import { namesOf, objectsOf, problemsOf, read, readText, type Given } from './read.ts';

describe('the value of a variable', () => {
  const file = 'variables: { n: file }\nqueues: [{ name: "${n}" }]\n';
  const rows: [string, Partial<Given>, string][] = [
    ['is that of the file', {}, 'file'],
    ['is that of the environment before it', { env: { TOPO_VAR_n: 'env' } }, 'env'],
    [
      'is that of a --var-file before these',
      { env: { TOPO_VAR_n: 'env' }, values: { 'v.yaml': 'n: values' } },
      'values',
    ],
    [
      'is that of the last --var-file',
      { values: { 'v.yaml': 'n: one', 'w.json': '{"n": "two"}' } },
      'two',
    ],
    ['is that of --var before all', { vars: ['n=var'], values: { 'v.yaml': 'n: values' } }, 'var'],
    ['is that of the last --var', { vars: ['n=one', 'n=two=2'] }, 'two=2'],
    ['is literal in --var', { vars: ['n=${n}'] }, '${n}'],
    ['is literal in the environment', { env: { TOPO_VAR_n: '${n}' } }, '${n}'],
    [
      'may refer to others in a --var-file',
      { values: { 'v.yaml': 'n: "x${env:HOME}"' }, env: { HOME: 'h' }, allowEnv: ['HOME'] },
      'xh',
    ],
    ['is a variable of the environment for another name', { env: { TOPO_VAR_m: 'x' } }, 'file'],
  ];
  test.each(rows)('%s', async (_, given, name) => {
    expect(await namesOf(file, given)).toEqual([name]);
  });
});

describe('a value given with --var', () => {
  const rows: [string, string][] = [
    ['5', '5'],
    ['05', '5'],
    ['5.0', '5.0'],
    ['0x1F', '31'],
    ['9007199254740993', '9007199254740993'],
    ['true', 'true'],
    ['yes', '"yes"'],
    ['', '""'],
    ["'5'", '"5"'],
    ['"a\\tb"', '"a\\tb"'],
    ['"not closed', '"\\"not closed"'],
    ['a: b # c', '"a: b # c"'],
    ['[1, 2]', '"[1, 2]"'],
    ['!tag', '"!tag"'],
  ];
  test.each(rows)('%s', async (text, expected) => {
    const { outputs } = await readText('variables: { v: 1 }\noutputs: { o: "${v}" }', {
      vars: [`v=${text}`],
    });
    expect(canonical(outputs.get('o') ?? null)).toBe(expected);
  });
});

describe('an expression', () => {
  const variables =
    'variables: { n: 5, yes: true, word: "a b", big: 9007199254740993, f: 1.0, deep: "<${word}>" }\n';
  const rows: [string, string][] = [
    ['${n}', '5'],
    ['${ n }', '5'],
    ['n=${n}', '"n=5"'],
    ['${yes}', 'true'],
    ['${big}', '9007199254740993'],
    ['<${big}>', '"<9007199254740993>"'],
    ['${f}', '1.0'],
    ['<${f}>', '"<1.0>"'],
    ['${word}${n}', '"a b5"'],
    ['${deep}', '"<a b>"'],
    ['$${n}', '"${n}"'],
    ['$$${n}', '"$${n}"'],
    ['$n', '"$n"'],
    ['${env:HOME}', '"/home"'],
    ['${env:PORT}', '"5672"'],
  ];
  test.each(rows)('%s', async (text, expected) => {
    const env = { HOME: '/home', PORT: '5672' };
    const { outputs } = await readText(`${variables}outputs: { o: '${text}' }`, {
      env,
      allowEnv: ['*'],
    });
    expect(canonical(outputs.get('o') ?? null)).toBe(expected);
  });

  test('is text where a field is always text, and typed where it is not', async () => {
    const text = `
variables: { n: 5, durable: false, max: 9007199254740993 }
vhost: \${n}
manage: { queues: '\${n}' }
exchanges: [{ name: '\${n}', type: '\${n}' }]
queues:
  - name: \${n}
    durable: \${durable}
    arguments: { x-max-length: '\${max}', x-dead-letter-exchange: '\${n}', mine: ['\${n}', { a: '\${n}' }] }
bindings: [{ source: '\${n}', destination: '\${n}', routing_key: '\${n}' }]
`;
    const { scopes } = await readText(text);
    expect(scopes).toEqual([
      {
        vhost: '5',
        manage: { exchange: [], queue: ['5'], bindings_into: [] },
        protect: { exchange: [], queue: [] },
      },
    ]);
    const [exchange, queue, binding] = await objectsOf(text);
    expect(exchange).toMatchObject({ vhost: '5', name: '5', type: '5' });
    expect(queue).toMatchObject({ name: '5', durable: false });
    expect(queue?.arguments).toEqual(
      new Map<string, unknown>([
        ['x-max-length', 9007199254740993n],
        ['x-dead-letter-exchange', '5'],
        ['mine', [5, new Map([['a', 5]])]],
      ]),
    );
    expect(binding).toMatchObject({ source: '5', destination: '5', routing_key: '5' });
  });

  test('is literal in a key, and in a file that RabbitMQ exported', async () => {
    const [queue] = await objectsOf('queues: [{ name: a, arguments: { "${n}": 1 } }]');
    expect([...(queue?.arguments.keys() ?? [])]).toEqual(['${n}']);
    expect(await namesOf('{"rabbitmq_version": "4.3.6", "queues": [{"name": "${n}"}]}')).toEqual([
      '${n}',
    ]);
  });
});

describe('text spells a value as it was given', () => {
  const rows: [string, Partial<Given>, string][] = [
    ['in --var', { vars: ['n=1.10'] }, '1.10'],
    ['with zeros before it', { vars: ['n=007'] }, '007'],
    ['with an exponent', { vars: ['n=1e3'] }, '1e3'],
    ['in hexadecimal', { vars: ['n=0x1F'] }, '0x1F'],
    ['as a boolean', { vars: ['n=True'] }, 'True'],
    ['in quotes, which are not part of it', { vars: ["n='1.10'"] }, '1.10'],
    ['in the environment', { env: { TOPO_VAR_n: '007' } }, '007'],
    ['in a --var-file', { values: { 'v.yaml': 'n: 1.10' } }, '1.10'],
    ['in a --var-file of JSON', { values: { 'v.json': '{"n":1.10}' } }, '1.10'],
    ['through another variable', { values: { 'v.yaml': 'n: "${m}"' } }, '+5.50'],
    ['in the file', {}, '01.0'],
  ];
  test.each(rows)('%s', async (_, given, spelling) => {
    const text = `
variables: { n: 01.0, m: +5.50 }
exchanges: [{ name: '\${n}', type: direct }]
queues: [{ name: 'app-\${n}', vhost: '\${n}' }]
bindings:
  - { source: '\${n}', destination: 'app-\${n}', routing_key: 'v\${n}.*' }
`;
    const [exchange, queue, binding] = await objectsOf(text, given);
    expect([exchange, queue, binding]).toMatchObject([
      { name: spelling },
      { name: `app-${spelling}`, vhost: spelling },
      { source: spelling, destination: `app-${spelling}`, routing_key: `v${spelling}.*` },
    ]);
  });

  test('and it is a number where a number is meant', async () => {
    const text = `
variables: { n: 1, m: 0x10 }
queues: [{ name: a, arguments: { x-max-length: '\${n}', x-expires: '\${m}', mine: ['\${n}'] } }]
`;
    const [queue] = await objectsOf(text, { vars: ['n=007'] });
    expect(queue?.arguments).toEqual(
      new Map<string, unknown>([
        ['x-max-length', 7],
        ['x-expires', 16],
        ['mine', [7]],
      ]),
    );
  });

  test('but a list of for_each spells it as a number', async () => {
    const text = "queues: [{ for_each: { n: [1.10, '1.10', 007] }, name: 'q${n}' }]";
    expect(await namesOf(text)).toEqual(['q1.1', 'q1.10', 'q7']);
  });
});

describe('a variable that is given and not declared', () => {
  const given = { values: { 'v.yaml': 'limit: 5\nother: 6\n' } };
  const why =
    'unknown-variable: no file declares the variable "limit"; FILE:1 only gives it a value\n' +
    '    declare it: variables: { limit: … }\n';
  test.each<[string, string, string]>([
    ['in an entry', 'queues: [{ name: "q${limit}" }]', 'a.yaml:1:20 '],
    [
      'in an entry with for_each',
      'queues: [{ for_each: { n: [1] }, name: "q${n}${limit}" }]',
      'a.yaml:1:46 ',
    ],
    ['in for_each', 'queues: [{ for_each: { n: "1..${limit}" }, name: q }]', 'a.yaml:1:31 '],
    ['in the head', 'vhost: ${limit}', 'a.yaml:1:8 '],
    ['in a variable', 'variables: { n: "${limit}" }\nvhost: ${n}', 'a.yaml:1:17 '],
  ])('is refused %s', async (_, text, place) => {
    const found = await problemsOf(read({ files: { 'a.yaml': text }, ...given }));
    expect(found.replace(/ \(for_each .*\)/, '')).toBe(place + why.replace('FILE', 'v.yaml'));
  });

  test('is refused with --var, used or not', async () => {
    const files = { 'a.yaml': 'queues: [{ name: "q${limit}" }]' };
    const found = await problemsOf(read({ files, vars: ['limit=5'] }));
    expect(found).toContain('undeclared-variable: no file declares a variable "limit"');
  });

  test('is for other files if no file here uses it', async () => {
    const files = { 'a.yaml': 'variables: { size: 1 }\nqueues: [{ name: "q${size}" }]' };
    expect(await problemsOf(read({ files, ...given }))).toBe('');
  });

  test('only warns if it looks like a typo of one that nothing sets', async () => {
    const files = { 'a.yaml': 'variables: { limit1: 1 }\nqueues: [{ name: "q${limit1}" }]' };
    const shared = { 'v.yaml': 'limit1: 5\nlimit2: 6\n' };
    expect(await problemsOf(read({ files, values: shared }))).toBe('');
    expect(await problemsOf(read({ files, values: { 'v.yaml': 'limit2: 6\n' } }))).toBe(
      'v.yaml:1:1 warning undeclared-variable: no file declares a variable "limit2"\n    did you mean limit1?\n',
    );
  });
});

test('an unused variable is warned of, unless a shared variable file declares it', async () => {
  const shared = { 'v.yaml': 'variables: { a: 1, b: 2 }' };
  const files = { ...shared, 'a.yaml': 'variables: { c: 3 }\nqueues: [{ name: "q${a}" }]' };
  expect(await problemsOf(read({ files }))).toBe(
    'a.yaml:1:17 warning unused-variable: variable "c" is never used\n    remove it\n',
  );
  expect(await problemsOf(read({ files: shared }))).toMatch(
    /"a" is never used[^]*"b" is never used/,
  );
});

describe('a variable that is declared as null', () => {
  const file = { 'a.yaml': 'variables:\n  vhost: null\nvhost: ${vhost}\nqueues: [{ name: q }]\n' };
  const unset = 'a.yaml:2:10 unset-variable: variable "vhost" has no value';
  const ways =
    '    set it: --var vhost=…, or vhost: … in a --var-file, or export TOPO_VAR_vhost=…\n';
  test.each<[string, Partial<Given>]>([
    ['by --var', { vars: ['vhost=prod'] }],
    ['by a --var-file', { values: { 'v.yaml': 'vhost: prod' } }],
    ['by the environment', { env: { TOPO_VAR_vhost: 'prod' } }],
    ['by a file beside it', { files: { ...file, 'b.yaml': 'variables: { vhost: prod }' } }],
    ['by a file before it', { files: { 'b.yaml': 'variables: { vhost: prod }', ...file } }],
  ])('is set %s', async (_, given) => {
    const { objects } = await read({ files: file, ...given });
    expect([...objects.keys()]).toEqual(['queues/prod/q']);
  });

  test.each<[string, Partial<Given>, string]>([
    ['nothing', {}, `${unset}\n${ways}`],
    ['--var', { vars: ['vhost=null'] }, `${unset}: --var vhost says null\n${ways}`],
    [
      'an empty field',
      { values: { 'v.yaml': 'a: 1\nvhost:\n' } },
      `${unset}: v.yaml:2 says null\n${ways}`,
    ],
    [
      'a slip',
      { values: { 'v.yaml': 'vhosts: prod\n' } },
      `${unset}\n    did you mean it by "vhosts" at `,
    ],
    ['another null', { files: { ...file, 'b.yaml': 'variables: { vhost: }' } }, unset],
  ])('is an error, told once, with %s', async (_, given, expected) => {
    const found = await problemsOf(read({ files: file, ...given }));
    expect(found).toContain(expected);
    expect(found.match(/unset-variable/g)).toHaveLength(1);
    expect(found.split('\n')).toHaveLength(3);
  });

  test('causes no further errors in its uses', async () => {
    const text = 'variables: { b: "${a.b}-x", a.b: null }\noutputs: { o: "${b}" }';
    expect(await problemsOf(readText(text))).toBe(
      'topology.yaml:1:34 unset-variable: variable "a.b" has no value\n    set it: --var a.b=…, or a.b: … in a --var-file\n',
    );
  });

  test("doesn't resolve a conflict of two other values", async () => {
    const files = {
      ...file,
      'b.yaml': 'variables: { vhost: x }',
      'c.yaml': 'variables: { vhost: y }',
    };
    expect(await problemsOf(read({ files }))).toContain('c.yaml:1:14 variable-conflict');
  });
});

describe('problems with variables', () => {
  const rows: [string, Given, string][] = [
    [
      'numbers that no broker can hold',
      {
        files: { 'a.yaml': 'variables: { a: 1, b: 2, c: 3 }\nqueues: [{ name: "${a}${b}${c}" }]' },
        vars: ['a=.inf', 'b=1e999'],
        env: { TOPO_VAR_c: '.nan' },
      },
      'not-a-number: TOPO_VAR_c: .nan is not a number that a broker can hold\n    put it in quotes of its own if it is text\n' +
        'not-a-number: --var a: .inf is not a number that a broker can hold\n    put it in quotes of its own if it is text\n' +
        'not-a-number: --var b: 1e999 is not a number that a broker can hold\n    put it in quotes of its own if it is text\n',
    ],
    [
      'an undeclared --var',
      {
        files: { 'a.yaml': 'variables: { workers: 3 }\noutputs: { o: "${workers}" }' },
        vars: ['worker=5', 'x=1'],
      },
      'undeclared-variable: no file declares a variable "worker"\n    did you mean workers?\n' +
        'undeclared-variable: no file declares a variable "x"\n    declare it: variables: { x: … }\n',
    ],
    [
      'a --var without a value',
      { files: { 'a.yaml': '' }, vars: ['workers', '=5'] },
      'bad-var: --var "workers" is not an assignment\n    write --var name=value\n' +
        'bad-var: --var "=5" is not an assignment\n    write --var name=value\n',
    ],
    [
      'an undeclared one in a --var-file',
      {
        files: { 'a.yaml': 'variables: { workers: 3 }\noutputs: { o: "${workers}" }' },
        values: { 'v.yaml': 'other: 4\nworkes: 5' },
      },
      'v.yaml:2:1 warning undeclared-variable: no file declares a variable "workes"\n    did you mean workers?\n',
    ],
    [
      'a list in a --var-file',
      { files: { 'a.yaml': '' }, values: { 'v.yaml': 'a: [1]\nqueues:\n  - a\n' } },
      'v.yaml:1:1 wrong-value: variable "a" must be a string, a number, a boolean or null\n    put lists into for_each\n' +
        'v.yaml:2:1 wrong-value: variable "queues" must be a string, a number, a boolean or null\n    put lists into for_each\n',
    ],
    [
      'a --var-file that is no map',
      { files: { 'a.yaml': '' }, values: { 'v.yaml': '- a' } },
      'v.yaml:1:1 not-a-map: a variable file is a map of names to values\n    write name: value, each on its own line\n',
    ],
    [
      'two values in two files',
      {
        files: {
          'a.yaml': 'variables: { same: 1, n: 1 }',
          'b.yaml': 'variables: { same: 1, n: 2 }',
        },
      },
      'b.yaml:1:23 variable-conflict: variable "n" has another value in a.yaml:1:26\n    all files share their variables; declare it once, or rename one\n',
    ],
  ];
  test.each(rows)('%s', async (_, given, expected) => {
    expect(await problemsOf(read(given))).toBe(expected);
  });
});
