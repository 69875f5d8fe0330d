// In a path RabbitMQ takes the key `undefined` for no key, in a binding for a text like any other;
// an import without a key stores a binding that no request reaches.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';

let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-undefined-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  await api('PUT', `exchanges/${vhost}/x`, { type: 'direct' });
  await api('PUT', `queues/${vhost}/q`, { durable: true });
});

const bind = (routing_key: string, args = {}) =>
  api('POST', `bindings/${vhost}/e/x/q/q`, { routing_key, arguments: args });
/** Imports a binding without any key. */
const haunt = (args = {}) => {
  const ends = { source: 'x', destination: 'q', destination_type: 'queue' };
  return api('POST', `definitions/${vhost}`, { bindings: [{ ...ends, arguments: args }] });
};
const keys = async () => {
  const found = (await api('GET', `bindings/${vhost}/e/x/q/q`)) as {
    routing_key: string;
    arguments: object;
  }[];
  return found
    .map(({ routing_key: key, arguments: args }) => `${key}${Object.keys(args).join('')}`)
    .sort();
};
const topo = async (bindings: string, ...args: string[]) => {
  const file = join(folder, 'topology.yaml');
  const head = `vhost: ${vhost}\nexchanges: [{ name: x, type: direct, durable: false }]\nqueues: [{ name: q }]`;
  await writeFile(file, `${head}\nbindings: [${bindings}]\n`);
  return callTopo([...args, file], folder, env);
};
const empty = '{ source: x, destination: q }';
const real = '{ source: x, destination: q, routing_key: undefined }';
const ghost =
  'binding "x" → "q" in vhost "VHOST" has routing_key {"atom":"undefined"} instead of text: it counts as unmanaged and stays as it is';

test.each([
  ['without arguments', {}],
  ['with arguments', { a: 1 }],
])('a real one %s is removed, and the one with the empty key stays', async (_what, args) => {
  await bind('', args);
  await bind('undefined', args);
  const declared = `{ source: x, destination: q, arguments: ${JSON.stringify(args)} }`;
  expect(await topo(declared, 'apply', '--yes')).toMatchObject({ code: 0 });
  expect(await keys()).toEqual([Object.keys(args).join('')]);
  expect((await topo(declared, 'plan')).out).toContain('Plan: nothing to do');
});

test('a real one is made, and exists', async () => {
  expect(await topo(real, 'apply', '--yes')).toMatchObject({ code: 0 });
  expect(await keys()).toEqual(['undefined']);
  expect((await topo(real, 'plan')).out).toContain('Plan: nothing to do');
});

test('one without any key is named and left alone, and the rest goes on', async () => {
  await bind('');
  await haunt();
  const plan = await topo(empty, 'plan', '--detailed-exitcode');
  expect(plan.out).toContain(ghost.replace('VHOST', vhost));
  expect(plan).toMatchObject({ code: 0 });
  expect(await topo(empty, 'apply', '--yes')).toMatchObject({ code: 0 });
  expect(await keys()).toEqual(['', 'undefined']);
  const exported = await callTopo(['export', '--vhost', vhost], folder, env);
  expect(exported.out).not.toContain('undefined');
  expect(exported.err).toContain('has routing_key {"atom":"undefined"}');
});

test('a real one beside one without any key is recognized, and removed', async () => {
  await bind('');
  await haunt();
  await haunt({ a: 1 });
  await bind('undefined');
  await bind('undefined', { b: 1 });
  expect(await topo(empty, 'apply', '--yes')).toMatchObject({ code: 0 });
  expect(await keys()).toEqual(['', 'undefined', 'undefineda']);
});

test('its exchange is not replaced, as it could not be put back', async () => {
  await haunt();
  const file = join(folder, 'replaced.yaml');
  await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n`);
  const refused = await callTopo(['apply', file, '--yes'], folder, env);
  expect(refused).toMatchObject({ code: 4 });
  expect(refused.out).toContain('and could not be put back');
});
