// Gives a live vhost another default queue type: from 4.0 a request changes it, before the plan
// refuses.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { isBefore, version } from '../version.ts';
import { callTopo } from './topo.ts';

let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-default-type-'));
  vhost = await freshVhost();
  const entries = [
    '{ name: untyped }',
    '{ name: classic, type: classic }',
    '{ name: transient, durable: false }',
  ];
  const queues = entries.map((entry) => `  - ${entry}\n`).join('');
  const vhosts = `vhosts:\n  - { name: ${vhost}, default_queue_type: quorum }\n`;
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${vhosts}queues:\n${queues}`);
});
afterAll(() => rm(folder, { recursive: true }));

const topo = (...args: string[]) => callTopo(args, folder, env);

test.runIf(isBefore(4))('3.x keeps it: the plan is refused, with its place', async () => {
  const { code, err } = await topo('plan');
  const [, hint] = err.split('hint: ');
  expect(err).toContain(
    `topology.yaml:3:5: error: the default queue type of vhost "${vhost}" is "quorum" here, and "classic" on the broker: RabbitMQ ${version} can't change it`,
  );
  expect({ code, hint }).toEqual({
    code: 3,
    hint: 'leave default_queue_type out and give each queue its x-queue-type, or recreate the vhost\n',
  });
});

test.runIf(!isBefore(4))('4.x changes it, before the queues that get it', async () => {
  const { code, err } = await topo('apply', '--yes');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(await api('GET', `vhosts/${vhost}`)).toMatchObject({ default_queue_type: 'quorum' });
  const queues = (await api('GET', `queues/${vhost}`)) as { name: string; type: string }[];
  const types = Object.fromEntries(queues.map(({ name, type }) => [name, type]));
  expect(types).toEqual({ untyped: 'quorum', classic: 'classic', transient: 'classic' });
  expect((await topo('plan', '--detailed-exitcode')).code).toBe(0);
});
