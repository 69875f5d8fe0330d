// A quorum queue whose replicas run and have no leader, as a cut of any tool leaves it: a plan says
// so where RabbitMQ does, and the command that it names brings the queue to life on each version.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { election } from '../../src/reconcile/replicas.ts';
import { sandboxEnvironment, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { authorizationOf, brokerOf, type Broker } from '../broker-of.ts';
import { freshVhost, takeNode } from '../broker.ts';
import { evaluate } from '../erlang.ts';
import { queue } from '../management/arrange.ts';
import { isBefore } from '../version.ts';
import { takesMessages } from './takes-messages.ts';
import { callTopo } from './topo.ts';

let node: Sandbox;
let at: Broker;
let folder = '';
let vhost = '';
beforeAll(async () => {
  node = await takeNode();
  at = brokerOf(node);
  folder = await mkdtemp(join(tmpdir(), 'topo-leaderless-'));
  vhost = await leaveLeaderless();
});
afterAll(() => rm(folder, { recursive: true }));

/** Declares the queue q over HTTP in a new vhost, and ends the connection after that time. */
async function declareFor(milliseconds: number): Promise<string> {
  const fresh = await freshVhost(at);
  const cut = new AbortController();
  const declaring = fetch(`${at.endpoint}/api/queues/${fresh}/q`, {
    method: 'PUT',
    headers: { authorization: authorizationOf(at), 'content-type': 'application/json' },
    body: JSON.stringify({ durable: true, arguments: { 'x-queue-type': 'quorum' } }),
    signal: cut.signal,
  }).catch(() => undefined);
  await sleep(milliseconds);
  cut.abort();
  await declaring;
  return fresh;
}

/** Returns its vhost. */
async function leaveLeaderless(): Promise<string> {
  // A hundred cuts have left none on a busy machine, where the first few do elsewhere.
  for (let attempt = 0; attempt < 500; attempt++) {
    const fresh = await declareFor(attempt % 100);
    await sleep(500);
    const replica = `{'${fresh}_q', node()}`;
    const state = await evaluate(
      node,
      `case whereis('${fresh}_q') of undefined -> away; _ -> element(1, ra:members(${replica}, 500)) end`,
    );
    if (state === 'timeout') return fresh;
  }
  throw new Error('no cut has left a queue without a leader');
}

const write = (yaml: string) =>
  writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n${yaml}`);
const topo = (...args: string[]) => callTopo(args, folder, sandboxEnvironment(node));

const why = 'it has no leader, though its replicas run';
test.skipIf(isBefore(4, 1))('a plan says so, and that what it holds can’t be counted', async () => {
  await write('queues: [{ name: q, type: quorum }]\n');
  const { out } = await topo('plan');
  expect(out).toContain(`warning: queue "q" takes no messages: ${why}`);
  expect(out).toContain(`let them elect one: ${election(queue(vhost, 'q'))}`);
  await write(`manage: { queues: [q] }\nqueues: [{ name: other }]\n`);
  const without = await topo('apply', '--yes');
  expect(without.out).toContain(`refused: ${why}, so what it holds can't be counted`);
  expect(without.code).toBe(exit.refused);
});

test('the command that a plan names brings it to life', async () => {
  const [, expression = ''] = /'(.*)\.'$/.exec(election(queue(vhost, 'q'))) ?? [];
  expect(await evaluate(node, expression)).toBe('[ok]');
  expect(await takesMessages(vhost, at)).toBe(true);
  await write('queues: [{ name: q, type: quorum }]\n');
  const { code, out } = await topo('apply', '--yes');
  expect(code, out).toBe(exit.done);
  expect(out).not.toContain('takes no messages');
});
