// Real exports of Pulumi become topology files. How they were made: cases/pulumi/README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importStack } from '../../src/import/pulumi/import-stack.ts';
import { renderImported } from '../../src/import/render.ts';
import { renderSecrets, shownSecrets, unknownSecrets } from '../../src/import/secrets.ts';
import { Misshapen } from '../../src/import/shape.ts';
import { readText } from '../file/read.ts';
import { envOf, origin } from './origin.ts';

const cases = new URL('cases/pulumi/', import.meta.url);
const render = (text: string, broker?: string) => renderImported(importStack(text, broker), origin);
const exported = (name: string) => render(readFileSync(new URL(name, cases), 'utf8'));

describe.each(['workers/stack', 'shop/shown'])('the export %s', (name) => {
  const { text, secrets } = exported(`${name}.json`);
  const folder = `cases/pulumi/${name.replace(/\/.*/, '')}`;

  test('becomes this file', async () => {
    await expect(text).toMatchFileSnapshot(`${folder}/topology.yaml`);
  });

  test('has these secrets, and none of them is in the file', async () => {
    await expect(renderSecrets(secrets)).toMatchFileSnapshot(`${folder}/secrets.env`);
    for (const { text: secret = '' } of secrets.keys()) expect(text).not.toContain(secret);
  });

  test('becomes a file that can be read', async () => {
    const given = { env: envOf(secrets), allowEnv: shownSecrets(secrets) };
    expect((await readText(text, given)).warnings).toEqual([]);
  });
});

test('an encrypted export becomes the same file, without the values of its secrets', () => {
  const { text, secrets } = exported('shop/stack.json');
  expect(text).toBe(exported('shop/shown.json').text);
  expect(renderSecrets(secrets)).toBe('SHOVEL_MOVER_SRC_URI=amqp://shovel:openpass@127.0.0.1:1\n');
  expect(unknownSecrets(secrets)).toHaveLength(5);
});

const mark = '4dabf18193072939515e22adb298388d';
const secretMark = '1b47061264138c4ac30d75fd1eb44270';

const resourceOf = (name: string, more: object = {}) => ({
  urn: `urn:pulumi:dev::p::rabbitmq:index/queue:Queue::${name}`,
  type: 'rabbitmq:index/queue:Queue',
  outputs: { name, vhost: '/', settings: { durable: true, arguments: { 'x-max-length': 5 } } },
  ...more,
});
const stackOf = (...resources: object[]): string => deploymentOf({ resources });
const deploymentOf = (deployment: object): string =>
  JSON.stringify({ version: 3, deployment: { manifest: {}, ...deployment } });

describe('what is no export, or none that can be read', () => {
  test.each<[what: string, text: string, message: string]>([
    ['nothing', '', 'the stack is not JSON'],
    ['any map', '{}', 'this is not an export of a Pulumi stack'],
    [
      'a state of Terraform',
      '{"version": 4, "terraform_version": "1"}',
      'this is a state of Terraform',
    ],
    [
      'a file of its own backend',
      '{"version": 3, "checkpoint": {}}',
      "this is a file of Pulumi's own",
    ],
    [
      'a later version',
      '{"version": 5, "deployment": {}}',
      'the export has version 5; topo reads 3 and 4',
    ],
    ['a version that is text', '{"version": "3", "deployment": {}}', 'of another kind'],
    [
      'resources that are text',
      '{"version": 3, "deployment": {"resources": "x"}}',
      'deployment.resources must be a list, not text',
    ],
    [
      'a resource without a name',
      stackOf({ type: 'rabbitmq:index/queue:Queue' }),
      'deployment.resources[0].urn is missing',
    ],
    [
      'an unknown resource',
      stackOf(resourceOf('a', { type: 'rabbitmq:index/stream:Stream' })),
      'topo knows no resource rabbitmq:index/stream:Stream: a',
    ],
    [
      '__proto__ as a type',
      stackOf(resourceOf('a', { type: 'rabbitmq:index/x:__proto__' })),
      'topo knows no resource',
    ],
  ])('%s', (_, text, message) => {
    expect(() => importStack(text)).toThrow(message);
    expect(() => importStack(text)).toThrow(Misshapen);
  });

  test('settings that are encrypted as a whole', () => {
    const outputs = { name: 'a', settings: { [mark]: secretMark, ciphertext: 'v1:x' } };
    expect(() => importStack(stackOf(resourceOf('a', { outputs })))).toThrow(
      'a.settings is encrypted',
    );
  });
});

test('arguments are text, as the provider sends them', () => {
  expect(render(stackOf(resourceOf('a'))).text).toContain("x-max-length: '5'");
});

test('settings that are secret as a whole are no secret once they are shown', () => {
  const plaintext = JSON.stringify({ durable: false });
  const outputs = { name: 'a', settings: { [mark]: secretMark, plaintext } };
  expect(render(stackOf(resourceOf('a', { outputs }))).text).toContain('durable: false');
});

test('what is read, deleted or of another provider is named', () => {
  const { text } = render(
    stackOf(
      resourceOf('a'),
      resourceOf('b', { external: true }),
      resourceOf('c', { delete: true }),
      { urn: 'urn:x::aws:s3:Bucket::bucket', type: 'aws:s3:Bucket' },
    ),
  );
  expect(text).toContain('# only read, and so left out: b\n');
  expect(text).toContain('# left out, as the next pulumi up deletes it: c\n');
  expect(text).toContain("# not RabbitMQ's, and so left out: bucket\n");
  expect(text).not.toMatch(/name: [bc]\n/);
});

describe('what pulumi was doing when it was cut off is named', () => {
  const provider = (name: string) => ({
    provider: `urn:pulumi:dev::p::pulumi:providers:rabbitmq::${name}::c10c3c2e`,
  });
  const remarksOf = (pending_operations: unknown, broker?: string) =>
    render(
      deploymentOf({ resources: [resourceOf('a', provider('eu'))], pending_operations }),
      broker,
    )
      .text.split('\n')
      .filter((line) => line.startsWith('# cut off'));
  const bucket = { urn: 'urn:x::aws:s3:Bucket::bucket', type: 'aws:s3:Bucket' };

  test.each<[type: string, remark: string]>([
    ['creating', 'and so perhaps on the broker, but not in this file'],
    ['importing', 'and so perhaps on the broker, but not in this file'],
    ['updating', 'and so perhaps different on the broker'],
    ['deleting', 'and so perhaps gone from the broker'],
  ])('%s', (type, remark) => {
    const operations = ['b', 'c'].map((name) => ({ type, resource: resourceOf(name) }));
    expect(remarksOf(operations)).toEqual([`# cut off while ${type}, ${remark}: b, c`]);
  });

  test('but not what it was reading, or of another provider', () => {
    const reading = { type: 'reading', resource: resourceOf('b') };
    const other = { type: 'creating', resource: bucket };
    const elsewhere = { type: 'creating', resource: resourceOf('c', provider('us')) };
    expect(remarksOf([reading, other])).toEqual([]);
    expect(remarksOf([elsewhere], 'eu')).toEqual([]);
    expect(remarksOf([elsewhere])).toHaveLength(1);
  });

  test.each<[operations: unknown, message: string]>([
    ['x', 'deployment.pending_operations must be a list, not text'],
    [[{ resource: resourceOf('b') }], 'deployment.pending_operations[0].type is missing'],
    [[{ type: 'creating' }], 'deployment.pending_operations[0].resource must be a map, not null'],
  ])('%j is none', (operations, message) => {
    expect(() => remarksOf(operations)).toThrow(message);
  });
});

test('several providers are several brokers', () => {
  const provider = (name: string) => ({
    provider: `urn:pulumi:dev::p::pulumi:providers:rabbitmq::${name}::c10c3c2e`,
  });
  const text = stackOf(resourceOf('a', provider('eu')), resourceOf('b', provider('us')));
  expect(() => render(text)).toThrow('the objects belong to more than one provider: "eu", "us"');
  expect(render(text, 'us').text).toContain('queues:\n  - name: b\n');
});
