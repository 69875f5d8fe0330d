// Which environment variables a file may read, and where. Its author need not know what they hold.
import { describe, expect, test } from 'vitest';
import { namesOf, problemsOf, readText } from './read.ts';

const env = {
  REGION: 'eu',
  CI_JOB: '7',
  DB_PASSWORD: 'hunter2',
  DB_URI: 'amqp://u:hunter2@h',
  RABBITMQ_PASSWORD: 'hunter2',
  AMQP_URL: 'amqp://u:hunter2@h',
  TOPO_ALLOWED: 'hunter2',
  TOPO_VAR_n: 'plain',
};

describe('no file reads the variables that topo itself reads', () => {
  const names = [
    ...['RABBITMQ_PASSWORD', 'RABBITMQ_NOT_SET', 'AMQP_URL', 'TOPO_ALLOWED', 'TOPO_ALLOW_ENV'],
  ];
  const places: [string, (expression: string) => string][] = [
    ['a name', (expression) => `queues: [{ name: 'q-${expression}' }]`],
    ['a routing key', (expression) => binding(`routing_key: '${expression}'`)],
    ['an argument', (expression) => binding(`arguments: { a: [{ b: '${expression}' }] }`)],
    ['for_each', (expression) => `queues: [{ for_each: { n: ['${expression}'] }, name: a }]`],
    [
      'an entry of for_each',
      (expression) => `queues: [{ for_each: { n: 1..2 }, name: '${expression}' }]`,
    ],
    ['a variable', (expression) => `variables: { v: '${expression}' }`],
    ['an output', (expression) => `outputs: { o: '${expression}' }`],
    ['a vhost', (expression) => `vhost: '${expression}'`],
    ['a pattern', (expression) => `manage: { queues: ['${expression}'] }`],
    ['a role', (expression) => `harness: { tasks: '${expression}' }`],
    ['a password', (expression) => `users: [{ name: u, password: '${expression}' }]`],
    ['a description', (expression) => `vhosts: [{ name: v, description: '${expression}' }]`],
  ];
  test.each(places)('not in %s, even if allowed', async (_, fileWith) => {
    for (const name of names) {
      const reading = readText(fileWith(`\${env:${name}}`), { env, allowEnv: ['*'] });
      const problems = await problemsOf(reading);
      expect(problems).toMatch(/^topology.yaml:1:\d+ environment-of-topo: /);
      expect(problems).toContain(name);
      expect(problems).not.toContain('hunter2');
    }
  });

  test.each(['RABBITMQ_PASSWORD', 'AMQP_*', 'TOPO_ALLOW_ENV'])(
    '--allow-env %s is an error',
    async (name) => {
      const problem = `environment-of-topo: ${name} can't be allowed: variables that begin with RABBITMQ_, AMQP_ or TOPO_ are topo's own\n`;
      const hint = '    leave it out, and give files a variable of another name\n';
      expect(await problemsOf(readText('', { env, allowEnv: [name] }))).toBe(problem + hint);
      const TOPO_ALLOW_ENV = `REGION ${name}`;
      expect(await problemsOf(readText('', { env: { TOPO_ALLOW_ENV } }))).toBe(problem + hint);
    },
  );
});

describe('any other variable', () => {
  const file = "queues: [{ name: 'q-${env:REGION}' }, { name: 'q-${env:CI_JOB}' }]";

  test('is an error that names the flag', async () => {
    expect(await problemsOf(readText(file, { env }))).toBe(
      'topology.yaml:1:21 environment-not-allowed: the environment variable REGION may be a secret, and this field is shown\n' +
        '    if it is not: --allow-env REGION, or export TOPO_ALLOW_ENV=REGION\n' +
        'topology.yaml:1:50 environment-not-allowed: the environment variable CI_JOB may be a secret, and this field is shown\n' +
        '    if it is not: --allow-env CI_JOB, or export TOPO_ALLOW_ENV=CI_JOB\n',
    );
  });

  const rows: [string, { allowEnv?: string[]; env?: object }][] = [
    ['--allow-env, twice', { allowEnv: ['REGION', 'CI_JOB'] }],
    ['a pattern', { allowEnv: ['*_JOB', 'REG?ON'] }],
    ['TOPO_ALLOW_ENV with commas', { env: { TOPO_ALLOW_ENV: 'REGION,CI_*' } }],
    ['TOPO_ALLOW_ENV with spaces', { env: { TOPO_ALLOW_ENV: ' REGION  CI_JOB ' } }],
    ['one of each', { allowEnv: ['REGION'], env: { TOPO_ALLOW_ENV: 'CI_JOB' } }],
  ];
  test.each(rows)('is read if it is allowed: %s', async (_, { allowEnv = [], env: more }) => {
    const settings = { env: { ...env, ...more }, allowEnv };
    expect(await namesOf(file, settings)).toEqual(['q-eu', 'q-7']);
  });

  test.each([[['REG']], [['region']], [['']], [['R\\*']]])(
    '%j does not allow it',
    async (allowEnv) => {
      expect(await problemsOf(readText(file, { env, allowEnv }))).toContain(
        'variable REGION may be',
      );
    },
  );

  test('that is allowed is shown like any other value', async () => {
    const text = "queues: [{ name: a, durable: '${env:REGION}' }]";
    expect(await problemsOf(readText(text, { env, allowEnv: ['REGION'] }))).toBe(
      'topology.yaml:1:30 wrong-value: queues[0].durable must be a boolean, not the string "eu"\n' +
        '    what ${env:…} reads is always text; for a number or a boolean declare a variable, and give it with --var or TOPO_VAR_name\n',
    );
  });

  test('that is not set and not allowed needs both', async () => {
    expect(await problemsOf(readText("vhost: '${env:NOT_SET}'", { env }))).toBe(
      'topology.yaml:1:9 unset-environment: the environment variable NOT_SET is not set\n' +
        '    set it: export NOT_SET=…; a field that is shown also needs --allow-env NOT_SET, too\n',
    );
  });

  test('TOPO_VAR_name is a plain variable', async () => {
    expect(await namesOf("queues: [{ name: '${env:TOPO_VAR_n}' }]", { env })).toEqual(['plain']);
  });
});

describe('secret fields take variables that are not allowed elsewhere', () => {
  const secret = "'${env:DB_PASSWORD}'";
  const fields = [
    `users: [{ name: u, password: ${secret}, tags: [] }]`,
    `users: [{ name: u, password_hash: '\${env:DB_PASSWORD}=', tags: [] }]`,
    `parameters: [{ name: s, component: shovel, vhost: /, value: { src-queue: a, src-uri: 'amqp://u:\${env:DB_PASSWORD}@h', dest-uri: ['amqp://', '\${env:DB_URI}'] } }]`,
    `parameters: [{ name: f, component: federation-upstream, vhost: /, value: { uri: '\${env:DB_URI}' } }]`,
  ];
  test.each(fields)('%s', async (text) => {
    expect(await problemsOf(readText(text, { env }))).toBe('');
  });

  test('also through variables', async () => {
    const variables = `variables: { v: ${secret}, w: '<\${v}>' }\n`;
    const text = `${variables}users: [{ name: u, password: '\${w}', tags: [] }]\n`;
    expect(await problemsOf(readText(text, { env }))).toBe('');
  });

  test('and nothing shows their values', async () => {
    const text = `
variables: { v: ${secret}, w: '<\${v}>' }
outputs: { o: '\${w}' }
users: [{ name: '\${w}', password: '\${w}', tags: '\${v}', passwort: '\${v}' }]
parameters: [{ name: s, component: '\${v}', vhost: /, value: { src-queue: '\${v}', src-uri: '\${v}' } }]
queues: [{ for_each: { n: ['\${v}', b] }, name: '\${n}' }, { for_each: { n: 1..2 }, name: '\${n}-\${v}' }]
`;
    const problems = await problemsOf(readText(text, { env }));
    expect(problems.match(/^topology\S+ environment-not-allowed/gm)).toEqual([
      ...['3:16', '4:18', '4:50', '4:68', '5:37', '5:75', '6:29', '6:95'].map(
        (place) => `topology.yaml:${place} environment-not-allowed`,
      ),
    ]);
    expect(problems).not.toContain('hunter2');
  });

  test('problems there are reported without the value, even if it is allowed', async () => {
    const text = `users: [{ name: u, password: ${secret}, tags: [], limits: ${secret} }]`;
    for (const allowEnv of [[], ['DB_PASSWORD']]) {
      const problems = await problemsOf(readText(text, { env, allowEnv }));
      expect(problems).toContain('topology.yaml:1:');
      expect(problems).not.toContain('hunter2');
    }
  });
});

const binding = (field: string): string => `bindings: [{ source: a, destination: b, ${field} }]`;
