// Manifests of the topology operator become topology files.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importManifests } from '../../src/import/kubernetes/import-manifests.ts';
import { renderImported } from '../../src/import/render.ts';
import { renderSecrets, shownSecrets, unknownSecrets } from '../../src/import/secrets.ts';
import { Misshapen } from '../../src/import/shape.ts';
import { readText } from '../file/read.ts';
import { envOf, origin } from './origin.ts';

const cases = new URL('cases/kubernetes/', import.meta.url).pathname;
const render = (text: string, broker?: string) =>
  renderImported(importManifests([{ file: 'x.yaml', text }], broker), origin);

function importFolder(name: string) {
  const names = readdirSync(join(cases, name), { recursive: true, encoding: 'utf8' });
  const files = names.filter((file) => /\.(?:yaml|json)$/.test(file) && file !== 'topology.yaml');
  const read = (file: string) => readFileSync(join(cases, name, file), 'utf8');
  const manifests = files.sort().map((file) => ({ file, text: read(file) }));
  return renderImported(importManifests(manifests), origin);
}

describe.each(['everything', 'workers'])('the manifests of %s', (name) => {
  const { text, secrets } = importFolder(name);

  test('become this file', async () => {
    await expect(text).toMatchFileSnapshot(`cases/kubernetes/${name}.topology.yaml`);
  });

  test('have these secrets, and none of them is in the file', async () => {
    await expect(renderSecrets(secrets)).toMatchFileSnapshot(
      `cases/kubernetes/${name}.secrets.env`,
    );
    for (const { text: secret = '' } of secrets.keys()) expect(text).not.toContain(secret);
  });

  test('become a file that can be read', async () => {
    const given = { env: envOf(secrets), allowEnv: shownSecrets(secrets) };
    expect((await readText(text, given)).warnings).toEqual([]);
  });
});

const object = (kind: string, spec: string, name = 'a'): string =>
  `apiVersion: rabbitmq.com/v1beta1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;

describe('what is no manifest, or none that can be read', () => {
  test.each<[what: string, text: string, message: string]>([
    ['broken YAML', `${object('Queue', '{ name: a }')}---\na: [`, 'x.yaml:6: '],
    ['a tag', 'a: !!binary x', 'x.yaml:1: '],
    ['a thousand levels', '['.repeat(1000), 'nested'],
    ['a queue without a name', object('Queue', '{}'), 'Queue a.spec.name is missing'],
    [
      'a name that is a list',
      object('Queue', '{ name: [a] }'),
      'Queue a.spec.name must be text, not a list',
    ],
    [
      'a number as a flag',
      object('Queue', '{ name: a, durable: 1 }'),
      'must be true or false, not the number 1',
    ],
    [
      'arguments that are a list',
      object('Queue', '{ name: a, arguments: [] }'),
      'Queue a.spec.arguments must be a map',
    ],
    [
      'more partitions than a file may declare',
      object('SuperStream', '{ name: s, partitions: 3000000 }'),
      'SuperStream a.spec.partitions must be a number up to 1,000, not the number 3000000',
    ],
    [
      'items that are text',
      'apiVersion: v1\nkind: List\nitems: x',
      'x.yaml.items must be a list, not text',
    ],
    [
      'a Secret that is no base64',
      `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { uri: '%%' }`,
      'Secret s.data.uri is not base64',
    ],
  ])('%s', (_, text, message) => {
    expect(() => render(text)).toThrow(message);
    expect(() => render(text)).toThrow(Misshapen);
  });

  test('what is no object is named', () => {
    expect(render(`a: 1\n---\n${object('Queue', '{ name: a }')}`).text).toContain(
      '# left out, as they are no topology: no Kubernetes object x.yaml\n',
    );
  });

  test('__proto__ is a name like any other', () => {
    const queue = object('Queue', '{ name: __proto__, arguments: { __proto__: 5 } }', '__proto__');
    const { text } = render(`${queue}---\n${object('__proto__', '{}')}`);
    expect(text).toContain(
      '  - name: __proto__\n    durable: false\n    arguments:\n      __proto__: 5\n',
    );
    expect(text).toContain('# left out, as they are no topology: __proto__ a\n');
  });
});

test('booleans are those of YAML 1.1, quoted words are text', () => {
  const { text } = render(
    object('Queue', `{ name: a, durable: on, arguments: { x: yes, y1: 'yes' } }`),
  );
  expect(text).toContain("  - name: a\n    arguments:\n      x: true\n      y1: 'yes'\n");
});

test('several clusters are several brokers', () => {
  const on = (cluster: string, name: string) =>
    object('Queue', `{ name: ${name}, rabbitmqClusterReference: ${cluster} }`, name);
  const text = [
    on('{ name: eu }', 'a'),
    on('{ name: eu, namespace: b }', 'b'),
    on('{ connectionSecret: { name: s } }', 'c'),
  ].join('---\n');
  expect(() => render(text)).toThrow('more than one cluster: "b/eu", "eu", "secret s"');
  expect(render(text, 'b/eu').text).toContain('queues:\n  - name: b\n    durable: false\n');
});

test('a Secret that is missing leaves its variables without a value', () => {
  const shovel = '{ name: m, uriSecret: { name: s }, srcQueue: a, destQueue: b }';
  const { text, secrets } = render(object('Shovel', shovel));
  expect(unknownSecrets(secrets)).toEqual(['SHOVEL_M_SRC_URI', 'SHOVEL_M_DEST_URI']);
  expect(text).toContain("src-uri: ['${env:SHOVEL_M_SRC_URI}']");
});

test('a user whose Secret is missing has the name that its status tells', () => {
  const user = `${object('User', '{}')}status: { username: made-up, credentials: { name: s } }\n`;
  const { text } = render(user);
  expect(text).toContain("  - name: made-up\n    password: '${env:USER_MADE_UP_PASSWORD}'\n");
});
