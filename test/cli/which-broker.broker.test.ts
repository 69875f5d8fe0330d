// Whatever topo misses on the broker, it says on which one, and why it looked there.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConnection } from '../../src/connection/connection.ts';
import { broker, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

const missing: [string, string, string, string[]][] = [
  ['a vhost', 'vhost: nowhere-7\nqueues: [{ name: q }]', 'vhost "nowhere-7" does not exist on', []],
  [
    'an exchange',
    'vhost: VHOST\nqueues: [{ name: q }]\nbindings: [{ source: x, destination: q }]',
    'exchange "x" is neither declared nor on',
    [],
  ],
  [
    'a queue',
    'vhost: VHOST\nexchanges: [{ name: x, type: topic }]\nbindings: [{ source: x, destination: q }]',
    'queue "q" is neither declared nor on',
    [],
  ],
  [
    'an exported vhost',
    '',
    'vhost nowhere-7 does not exist on',
    ['export', '--vhost', 'nowhere-7'],
  ],
];

test.each(missing)('%s', async (_, text, what, own) => {
  const folder = await mkdtemp(join(tmpdir(), 'topo-which-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const vhost = await freshVhost();
  await writeFile(join(folder, 'topology.yaml'), text.replace('VHOST', vhost));
  const verbs = own.length > 0 ? [own] : [['plan'], ['apply', '--yes']];
  const { RABBITMQ_ENDPOINT: endpoint, ...others } = env;
  for (const args of verbs) {
    const told = await callTopo(args, folder, env);
    expect(told.code).toBe(3);
    expect(told.err).toContain(
      `${what} the broker at ${broker.endpoint} (as RABBITMQ_ENDPOINT says)`,
    );
    const flagged = await callTopo([...args, '--endpoint', endpoint], folder, others);
    expect(flagged.err).toContain(`${what} the broker at ${broker.endpoint} (as --endpoint says)`);
  }
});

test('the default is named as such', () => {
  expect(parseConnection({}, {}).place).toBe(
    'the broker at http://localhost:15672 (the default, as RABBITMQ_ENDPOINT is not set)',
  );
});
