// What environments/NAME.yaml changes, what it may not, and where its own problems are.
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TopologySettings } from '../../src/file/read-topology.ts';
import type { Desired } from '../../src/topology/desired.ts';
import { atEnd } from '../at-end.ts';
import { makeProject, readIn, type Files } from './project.ts';
import { problemsOf } from './read.ts';

const plain = 'variables: { n: 1, vhost: null }\nvhost: ${vhost}\nqueues: [{ name: "q${n}" }]\n';
const valid = 'variables: { vhost: prod }\n';

/** Reads it in the environment prod. */
const readProd = (prod: string, files: Files = {}, more: Partial<TopologySettings> = {}) =>
  readIn(
    'prod',
    makeProject({ 'topology.yaml': plain, 'environments/prod.yaml': prod, ...files }),
    more,
  );

const problemsIn = (prod: string, files: Files = {}) => problemsOf(readProd(prod, files));

const namesIn = ({ objects }: Desired): string[] => [...objects.keys()];

describe('variables', () => {
  test.each<[string, string, Partial<TopologySettings>, string]>([
    ['come from the environment before the file', 'n: 2', {}, 'q2'],
    ['are templates', "n: '${vhost}'", {}, 'qprod'],
    ['keep their spelling', 'n: 1.10', {}, 'q1.10'],
    ['come from TOPO_VAR_name first', 'n: 2', { env: { TOPO_VAR_n: '3' } }, 'q3'],
    ['and from --var before all', 'n: 2', { env: { TOPO_VAR_n: '3' }, vars: ['n=5'] }, 'q5'],
  ])('%s', async (_, variable, settings, name) => {
    const prod = `variables: { vhost: prod, ${variable} }\n`;
    expect(namesIn(await readProd(prod, {}, settings))).toEqual([`queues/prod/${name}`]);
  });

  test('come from --var-file before TOPO_VAR_name and the environment', async () => {
    const folder = makeProject({
      'topology.yaml': plain,
      'environments/prod.yaml': 'variables: { vhost: prod, n: 2 }\n',
      'vars.yaml': 'n: 4\n',
    });
    const settings = { varFiles: [join(folder, 'vars.yaml')], env: { TOPO_VAR_n: '3' } };
    expect(namesIn(await readIn('prod', folder, settings))).toEqual(['queues/prod/q4']);
  });

  test('that no file declares are an error', async () => {
    expect(await problemsIn('variables: { vhost: prod, m: 1 }\n')).toBe(
      'prod.yaml:1:27 undeclared-variable: no file declares a variable "m"\n' +
        '    did you mean n?\n',
    );
  });

  test('that are null are not set', async () => {
    expect(await problemsIn('variables: { vhost: null }\n')).toMatch(
      /^topology.yaml:1:27 unset-variable: variable "vhost" has no value: \S*prod.yaml:1 says null\n/,
    );
  });
});

describe('the broker’s URL', () => {
  test('is in a variable that the environment names', async () => {
    const { environment } = await readProd(`${valid}endpoint_env: RABBITMQ_ENDPOINT_PROD\n`);
    expect(environment).toMatchObject({
      name: 'prod',
      endpoint_env: { value: 'RABBITMQ_ENDPOINT_PROD', at: { line: 2, col: 15 } },
    });
  });

  const urls = [
    'endpoint_env: https://u:hunter2@broker',
    'endpoint_env: localhost:15672',
    'endpoint: https://u:hunter2@broker',
    'url: https://u:hunter2@broker',
    'RABBITMQ_ENDPOINT: https://u:hunter2@broker',
  ];
  test.each(urls)('is not in a file: %s', async (line) => {
    const problems = await problemsIn(`${valid}${line}\n`);
    expect(problems).toMatch(
      /^prod.yaml:2:\d+ endpoint-in-file: no file may hold the URL of the broker/,
    );
    expect(problems.match(/^prod/gm)).toHaveLength(1);
    expect(problems).not.toContain('hunter2');
  });

  const others = [
    ...['HOME', 'CI_COMMIT_MESSAGE', 'GITHUB_HEAD_REF', 'GITHUB_SERVER_URL', 'AMQP_URL'],
    ...['RABBITMQ_PASSWORD', 'RABBITMQ_PROXY', 'TOPO_VAR_n', 'RABBITMQ_ENDPOINTS'],
    ...['rabbitmq_endpoint', 'MY_RABBITMQ_ENDPOINT', 'npm_package_config_RABBITMQ_ENDPOINT_A'],
    ...[
      '"RABBITMQ_ENDPOINT_A\\n"',
      "''",
      "'${n}'",
      'RABBITMQ_ENDPOINT_',
      '5',
      '[a]',
      '{ a: b }',
      'null',
    ],
  ];
  test.each(others)('is in no other variable: %s', async (variable) => {
    const problems = await problemsIn(`${valid}endpoint_env: ${variable}\n`);
    expect(problems).toMatch(
      /^prod.yaml:2:15 endpoint-variable: \w+ can't hold the URL of the broker/,
    );
    expect(problems.match(/^prod/gm)).toHaveLength(1);
  });
});

describe('what the environment expects', () => {
  test('is added to what the files expect, with variables filled in', async () => {
    const text = `${plain}expect: { min_version: '3.10' }\n`;
    const prod = `${valid}expect: { cluster_name: 'rabbit@\${vhost}', vhosts: ['\${vhost}'] }\n`;
    const { expectations } = await readProd(prod, { 'topology.yaml': text });
    expect(expectations).toMatchObject([
      { min_version: { value: '3.10', at: { line: 4 } } },
      {
        cluster_name: { value: 'rabbit@prod', at: { line: 2, col: 25 } },
        vhosts: { value: ['prod'] },
      },
    ]);
  });

  test.each([
    [
      'expect: {}',
      'prod.yaml:2:9 wrong-value: expect must not be empty',
      'name cluster_name, min_version or vhosts',
    ],
    [
      'expect: { min_version: 4.0 }',
      'prod.yaml:2:24 wrong-value: expect.min_version must be a string, not the number 4',
      'put it in quotes',
    ],
    [
      'expect: { min_version: four }',
      'prod.yaml:2:24 wrong-value: expect.min_version must be like "4.0", not the string "four"',
      undefined,
    ],
    [
      'expect: { version: 4 }',
      'prod.yaml:2:11 unknown-field: expect has no field "version"',
      'there are cluster_name, min_version, vhosts',
    ],
    [
      "expect: { cluster_name: '${none}' }",
      'prod.yaml:2:26 unknown-variable: there is no variable "none"',
      'declare it: variables: { none: … }',
    ],
    [
      "expect: { cluster_name: '${env:HOME}' }",
      'prod.yaml:2:26 environment-not-allowed: the environment variable HOME may be a secret, and this field is shown',
      'if it is not: --allow-env HOME, or export TOPO_ALLOW_ENV=HOME',
    ],
    [
      "expect: { cluster_name: '${env:RABBITMQ_PASSWORD}' }",
      "prod.yaml:2:26 environment-of-topo: the environment variable RABBITMQ_PASSWORD is topo's own, and no file may read it",
      'give it another name; or declare a variable, and set it with --var or TOPO_VAR_name',
    ],
  ])('%s', async (line, problem, hint) => {
    const settings = { env: { HOME: '/root', RABBITMQ_PASSWORD: 'x' } };
    const told = await problemsOf(readProd(`${valid}${line}\n`, {}, settings));
    expect(told).toBe(`${problem}\n${hint === undefined ? '' : `    ${hint}\n`}`);
  });
});

describe('a file of an environment', () => {
  test.each([
    [
      'varables: {}',
      'prod.yaml:1:1 unknown-field: an environment has no field "varables"',
      'did you mean variables?',
    ],
    [
      'queues: [{ name: q }]',
      'prod.yaml:1:1 unknown-field: an environment has no field "queues"',
      'there are variables, endpoint_env, expect, files, overlays',
    ],
    [
      'variables: { a: [1] }',
      'prod.yaml:1:17 wrong-value: variables.a must be a string, a number, a boolean or null, not a list',
      undefined,
    ],
    [
      'variables: [a]',
      'prod.yaml:1:12 wrong-value: variables must be a map, not a list',
      undefined,
    ],
    [
      'files: more.yaml',
      'prod.yaml:1:8 wrong-value: files must be a list, not the string "more.yaml"',
      'begin each entry with a dash',
    ],
    [
      '[a, b]',
      'prod.yaml:1:1 not-a-map: a file of an environment is a map: variables, endpoint_env, expect, files',
      'write name: value, each on its own line',
    ],
    ['a: [', 'prod.yaml:2:1 yaml-syntax', undefined],
    [
      'variables: {}\nvariables: {}',
      'prod.yaml:2:1 duplicate-key: "variables" is given twice in one map',
      'keep one of the two',
    ],
  ])('%j', async (text, problem, hint) => {
    const told = await problemsIn(`${text}\n`);
    expect(told.split('\n')[0]).toContain(problem);
    if (hint !== undefined) expect(told).toContain(`\n    ${hint}\n`);
  });
});

describe('the name', () => {
  test.each([
    '../prod',
    'a/b',
    '.',
    '..',
    '',
    '-',
    '.prod',
    'prod.yaml',
    'a b',
    'ä',
    '$(x)',
    'a\0',
    'x'.repeat(65),
  ])('%j is refused', async (name) => {
    const folder = makeProject({ 'topology.yaml': plain });
    expect(await problemsOf(readIn(name, folder))).toContain('is not a plain name\n');
  });

  test('of no environment is answered with those there', async () => {
    const folder = makeProject({
      'topology.yaml': plain,
      ...Object.fromEntries(
        ['prod', 'staging', 'a.b'].map((name) => [`environments/${name}.yaml`, valid]),
      ),
      'environments/README.md': '',
    });
    expect(await problemsOf(readIn('prd', folder))).toBe(
      'unknown-environment: there is no environments/prd.yaml\n    did you mean prod? there are prod, staging\n',
    );
    expect(await problemsOf(readIn('nowhere', folder))).toContain(
      '\n    there are prod, staging\n',
    );
    const none = makeProject({ 'topology.yaml': plain });
    expect(await problemsOf(readIn('prod', none))).toMatch(
      /\n {4}write \S+environments\/prod.yaml\n$/,
    );
  });
});

describe('more files', () => {
  const more = 'queues: [{ name: more, vhost: prod }]\n';

  test('belong to the topology', async () => {
    const files = {
      'more.yaml': more,
      'environments/prod/deep.yaml': 'queues: [{ name: deep, vhost: prod }]\n',
    };
    const desired = await readProd(`${valid}files: [../more.yaml, prod/deep.yaml]\n`, files);
    expect(namesIn(desired)).toEqual(['queues/prod/q1', 'queues/prod/more', 'queues/prod/deep']);
    expect(
      [...desired.sources.keys()].map((file) => file.replace(/.*topo-file-\w+\//, '')),
    ).toEqual([
      'topology.yaml',
      'environments/prod.yaml',
      'more.yaml',
      'environments/prod/deep.yaml',
    ]);
  });

  const outside = makeProject({ 'secret.yaml': 'password: hunter2\n' });
  test.each([
    ['../../outside.yaml', ''],
    ['../..', ''],
    [join(outside, 'secret.yaml'), ''],
    ["'-'", ''],
    ['../../there-is-none/x.yaml', ''],
    ['../folder/there-is-none.yaml', 'folder'],
    ['../dangling.yaml', 'dangling'],
    ["''", ''],
    ['../link.yaml', 'link.yaml'],
    ['../folder/secret.yaml', 'folder'],
    ['../environments/../../../../../../../../../../../../etc/passwd', ''],
  ])('stay in the folder of the topology: %s', async (named, link) => {
    const folder = makeProject({
      'topology.yaml': plain,
      'environments/prod.yaml': `${valid}files: [${named}]\n`,
    });
    writeFileSync(join(dirname(folder), 'outside.yaml'), more);
    atEnd(() => {
      rmSync(join(dirname(folder), 'outside.yaml'));
    });
    const targets = { folder: outside, dangling: join(outside, 'none') };
    const target = new Map(Object.entries(targets)).get(link) ?? join(outside, 'secret.yaml');
    if (link !== '')
      symlinkSync(target, join(folder, link === 'dangling' ? 'dangling.yaml' : link));
    const problems = await problemsOf(readIn('prod', folder));
    expect(problems).toMatch(
      /^prod.yaml:2:9 outside-project: .* leads out of the folder of the topology file\n/,
    );
    expect(problems).not.toContain('hunter2');
  });

  test('may be links within it', async () => {
    const folder = makeProject({
      'topology.yaml': plain,
      'environments/prod.yaml': `${valid}files: [../link.yaml]\n`,
      'parts/more.yaml': more,
    });
    symlinkSync('parts/more.yaml', join(folder, 'link.yaml'));
    expect(namesIn(await readIn('prod', folder))).toContain('queues/prod/more');
  });

  test('that are not there are an error at their place', async () => {
    expect(await problemsIn(`${valid}files: [../gone.yaml]\n`)).toBe(
      'prod.yaml:2:9 unreadable-file: there is no file gone.yaml\n    paths are relative to the file of the environment\n',
    );
  });

  test('hold no expressions in their names', async () => {
    expect(await problemsIn(`${valid}files: ['../\${n}.yaml']\n`)).toContain(
      'there is no file ${n}.yaml',
    );
  });
});

test('an environment that is a link out of the folder is not read', async () => {
  const outside = makeProject({ 'prod.yaml': 'secret: hunter2\n' });
  const folder = makeProject({ 'topology.yaml': plain, 'environments/dev.yaml': valid });
  symlinkSync(join(outside, 'prod.yaml'), join(folder, 'environments/prod.yaml'));
  const problems = await problemsOf(readIn('prod', folder));
  expect(problems).toMatch(/^outside-project: \S*environments\/prod.yaml is a link that leads out/);
  expect(problems).not.toContain('hunter2');
});

test('former files get the variables, and nothing else', async () => {
  const prod = `variables: { vhost: prod, other: 1 }\nfiles: [../more.yaml]\nexpect: { cluster_name: x }\n`;
  const desired = await readProd(
    prod,
    { 'more.yaml': 'queues: [{ name: more }]\n' },
    { isFormer: true },
  );
  expect(namesIn(desired)).toEqual(['queues/prod/q1']);
  expect(desired).toMatchObject({ environment: undefined, expectations: [] });
});
