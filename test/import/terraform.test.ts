// Real states become topology files; what is no state is told from one. How the states were made:
// cases/terraform/README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { renderImported } from '../../src/import/render.ts';
import { renderSecrets } from '../../src/import/secrets.ts';
import { Misshapen } from '../../src/import/shape.ts';
import { importState } from '../../src/import/terraform/import-state.ts';
import { readText } from '../file/read.ts';
import { envOf, origin } from './origin.ts';

const cases = new URL('cases/terraform/', import.meta.url);

describe.each(['everything', 'workers'])('the state of %s', (name) => {
  const state = readFileSync(new URL(`${name}/terraform.tfstate`, cases), 'utf8');
  const { text, secrets } = renderImported(importState(state), origin);

  test('becomes this file', async () => {
    await expect(text).toMatchFileSnapshot(`cases/terraform/${name}/topology.yaml`);
  });

  test('has these secrets, and none of them is in the file', async () => {
    await expect(renderSecrets(secrets)).toMatchFileSnapshot(`cases/terraform/${name}/secrets.env`);
    for (const { text: secret = '' } of secrets.keys()) expect(text).not.toContain(secret);
  });

  test('becomes a file that can be read', async () => {
    const { warnings } = await readText(text, { env: envOf(secrets) });
    expect(warnings).toEqual([]);
  });
});

/** A state with one resource. */
const stateOf = (resource: object, more: object = {}): string =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type: 'rabbitmq_queue',
        name: 'q',
        provider: 'provider["registry.terraform.io/cyrilgdn/rabbitmq"]',
        ...resource,
      },
    ],
    ...more,
  });

const queue = (name: unknown, settings: object = {}) => ({
  attributes: {
    name,
    vhost: '/',
    settings: [{ durable: true, auto_delete: false, arguments: null, ...settings }],
  },
});
const textOf = (state: string, broker?: string): string =>
  renderImported(importState(state, broker), origin).text;

describe('what is no state, or none that can be read', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  test.each<[what: string, text: string, message: string]>([
    ['nothing', '', 'the state is not JSON'],
    ['HCL', 'resource "rabbitmq_queue" "q" {}', 'the state is not JSON'],
    [
      'a cut-off state',
      '{"version": 4, "resources": [{"password": "s3cr3t',
      'the state is not JSON',
    ],
    ['100,000 lists in one another', deep, 'the state is nested more than 256 levels deep'],
    ['a list', '[]', 'it must be a map, not a list'],
    ['null', 'null', 'it must be a map, not null'],
    ['any map', '{"a": 1}', 'this is not a state of Terraform or OpenTofu'],
    ['a package.json', '{"name": "x", "version": "1.0.0"}', 'this is not a state'],
    [
      'a state of Terraform 0.11',
      '{"version": 3, "terraform_version": "0.11.14", "modules": []}',
      'the state has version 3, which Terraform wrote before 0.12',
    ],
    [
      'a state of some later Terraform',
      '{"version": 5, "terraform_version": "2.0.0"}',
      'the state has version 5; topo reads version 4',
    ],
    ['an encrypted state', '{"encrypted_data": "x"}', 'the state is encrypted'],
    [
      'terraform show -json',
      '{"format_version": "1.0"}',
      'this is what terraform show -json prints',
    ],
    ['a Pulumi stack', '{"version": 3, "deployment": {}}', 'this is a Pulumi stack'],
  ])('%s', (_, text, message) => {
    expect(() => importState(text)).toThrow(message);
  });

  test.each<[what: string, state: string, message: string]>([
    [
      'resources that are a map',
      stateOf({}, { resources: {} }),
      'resources must be a list, not a map',
    ],
    [
      'a resource that is text',
      stateOf({}, { resources: ['x'] }),
      'resources[0] must be a map, not text',
    ],
    [
      'no instances',
      stateOf({ instances: 5 }),
      'resources[0].instances must be a list, not the number 5',
    ],
    [
      'flat attributes',
      stateOf({ instances: [{ attributes_flat: { name: 'q' } }] }),
      'resources[0].instances[0].attributes is missing',
    ],
    ['no name', stateOf({ instances: [queue(null)] }), 'rabbitmq_queue.q.name is missing'],
    ['a name that is a list', stateOf({ instances: [queue(['q'])] }), 'must be text, not a list'],
    [
      'no settings',
      stateOf({ instances: [{ attributes: { name: 'q' } }] }),
      'rabbitmq_queue.q.settings must be a map, not null',
    ],
    [
      'two settings',
      stateOf({ instances: [{ attributes: { name: 'q', settings: [{}, {}] } }] }),
      'rabbitmq_queue.q.settings must be a list of one block, not a list',
    ],
    [
      'a flag that is text',
      stateOf({ instances: [queue('q', { durable: 'yes' })] }),
      'rabbitmq_queue.q.settings[0].durable must be true or false, not text',
    ],
    [
      'arguments that are no JSON',
      stateOf({ instances: [queue('q', { arguments_json: '{"x": s3cr3t' })] }),
      'rabbitmq_queue.q.settings[0].arguments_json is not JSON',
    ],
    [
      'arguments that are a list',
      stateOf({ instances: [queue('q', { arguments_json: '[]' })] }),
      'rabbitmq_queue.q.settings[0].arguments_json must hold a map',
    ],
    [
      'a resource of a later provider',
      stateOf({ type: 'rabbitmq_stream', instances: [{ attributes: {} }] }),
      'topo knows no resource rabbitmq_stream: rabbitmq_stream.q',
    ],
    [
      'the name of a method as a type',
      stateOf({ type: 'rabbitmq_constructor', instances: [{ attributes: {} }] }),
      'topo knows no resource rabbitmq_constructor',
    ],
  ])('%s', (_, state, message) => {
    expect(() => importState(state)).toThrow(message);
    expect(() => importState(state)).toThrow(Misshapen);
  });

  test('no message repeats what may be a secret', () => {
    const attributes = { name: 'u', password: 'abc', tags: 's3cr3t' };
    const state = stateOf({ type: 'rabbitmq_user', instances: [{ attributes }] });
    expect(() => importState(state)).toThrow(/must be a list, not text$/);
  });
});

describe('names and values that mean something else elsewhere', () => {
  test('__proto__ is an argument like any other', () => {
    const json = '{"__proto__": {"a": 1}, "x-max-length": 5}';
    const state = stateOf({ instances: [queue('q', { arguments_json: json })] });
    expect(textOf(state)).toContain('      __proto__: { a: 1 }\n      x-max-length: 5\n');
  });

  test('${ in a name is no expression of topo', () => {
    const state = stateOf({ instances: [queue('${env:HOME} $${x}')] });
    expect(textOf(state)).toContain("name: '$${env:HOME} $$${x}'");
  });

  test('numbers are what Go makes of them', () => {
    const json = '{"a": 60000.0, "b": 0.5, "c": 12345678901234567890, "d": 1e21, "e": "60000"}';
    const state = stateOf({ instances: [queue('q', { arguments_json: json })] });
    const written =
      "      a: 60000\n      b: 0.5\n      c: 12345678901234567000\n      d: 1e+21\n      e: '60000'\n";
    expect(textOf(state)).toContain(written);
  });

  test('whole numbers of policies are numbers, all else is text', () => {
    const definition = { a: '+5', b: '007', c: '1.5', d: '9223372036854775808', e: 'true', f: '' };
    const policy = [{ pattern: '.*', priority: 0, apply_to: 'all', definition }];
    const attributes = { name: 'p', vhost: '/', policy };
    const state = stateOf({ type: 'rabbitmq_policy', instances: [{ attributes }] });
    expect(textOf(state)).toContain(
      "      a: 5\n      b: 7\n      c: '1.5'\n      d: '9223372036854775808'\n      e: 'true'\n      f: ''\n",
    );
  });
});

describe('what has no counterpart is told', () => {
  test('deposed and tainted instances', () => {
    const instances = [
      { ...queue('a'), status: 'tainted' },
      { ...queue('b'), deposed: '1234abcd' },
    ];
    const text = textOf(stateOf({ instances }));
    expect(text).toContain(
      '# deposed, and so left out: terraform apply would delete: rabbitmq_queue.q',
    );
    expect(text).toContain(
      '  # tainted: the next terraform apply would have replaced it\n  - name: a\n',
    );
    expect(text).not.toContain('name: b');
  });

  test('a user that was only imported has no password', () => {
    const attributes = { name: 'u', password: null, tags: null };
    const text = textOf(stateOf({ type: 'rabbitmq_user', instances: [{ attributes }] }));
    expect(text).toContain('  # its password is not in the state');
    expect(text).toContain('  - name: u\n    tags: []\n');
  });

  test('two resources about one object', () => {
    const instances = [
      { index_key: 0, ...queue('a') },
      { index_key: 1, ...queue('a', { durable: false }) },
    ];
    expect(textOf(stateOf({ instances }))).toContain(
      '# rabbitmq_queue.q[1] is left out: rabbitmq_queue.q[0] says otherwise of the same object\n',
    );
  });

  test('outputs that are sensitive, hold a secret or no single value', () => {
    const attributes = { name: 'u', password: 's3cr3t', tags: [] };
    const text = textOf(
      stateOf(
        { type: 'rabbitmq_user', instances: [{ attributes }] },
        {
          outputs: {
            marked: { value: 'x', type: 'string', sensitive: true },
            repeated: { value: 'password: s3cr3t', type: 'string' },
            uri: { value: 'amqp://a:b@c', type: 'string' },
            deep: { value: { a: { b: { c: 1 } } } },
            none: { value: [] },
            map: { value: { a: 1, b: null } },
          },
        },
      ),
    );
    expect(text).toContain('# output marked is left out: it is sensitive\n');
    expect(text).toContain('# output repeated is left out: it holds a secret\n');
    expect(text).toContain('# output uri is left out: it holds a secret\n');
    expect(text).toContain('# output deep is left out: it has no single value\n');
    expect(text).toContain('# output none is left out: it is empty\n');
    expect(text).toContain('outputs:\n  map.a: 1\n  map.b: null\n');
  });

  test('a value that the configuration marks as sensitive is a secret, too', () => {
    const path = [{ type: 'get_attr', value: 'name' }];
    const instances = [{ ...queue('hidden'), sensitive_attributes: [path] }];
    expect(textOf(stateOf({ instances }))).toContain("name: '${env:SECRET_RABBITMQ_QUEUE_Q_NAME}'");
  });
});

describe('several configurations of the provider', () => {
  const resource = (name: string, provider: string) => ({
    ...{ mode: 'managed', type: 'rabbitmq_queue', name, provider },
    instances: [queue(name)],
  });
  const main = 'provider["registry.terraform.io/cyrilgdn/rabbitmq"]';
  const resources = [
    resource('a', main),
    resource('b', `${main}.eu`),
    resource('c', `module.us.${main}`),
  ];
  const state = stateOf({}, { resources });

  test('are several brokers: one has to be chosen', () => {
    expect(() => textOf(state)).toThrow(
      'the objects belong to more than one provider configuration: "default", "eu", "module.us"',
    );
    expect(() => textOf(state, 'ue')).toThrow('there is no provider configuration "ue"');
  });

  test.each([
    ['default', 'a'],
    ['eu', 'b'],
    ['module.us', 'c'],
  ])('%s is that of %s', (broker, name) => {
    expect(textOf(state, broker).split('queues:\n')[1]).toBe(`  - name: ${name}\n`);
  });
});
