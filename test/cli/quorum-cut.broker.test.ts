// RabbitMQ leaves a quorum queue or a stream without a leader if the client that declares it over
// HTTP is cut off: listed as any other, it takes no message, and calls an equal declaration a
// success.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { broker, freshVhost, inVhost } from '../broker.ts';
import { openCutGateway } from '../cut-gateway.ts';
import { firstOf } from '../sample.ts';
import { takesMessages } from './takes-messages.ts';
import { callTopo, runTopo, startTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-quorum-cut-'));
});
afterAll(() => rm(folder, { recursive: true }));

const access = { RABBITMQ_USERNAME: broker.username, RABBITMQ_PASSWORD: broker.password };

/** Kills topo once the nth declaration of a queue is sent; returns whether there was one. */
async function killAtDeclaration(nth: number, file: string): Promise<boolean> {
  let seen = 0;
  let isKilled = false;
  const cuts = {
    placeOf: (what: string) =>
      /^PUT \/api\/queues\/[^/]+\/q$|^AMQP 50\.10$/.test(what) && seen++ === nth
        ? ('after' as const)
        : undefined,
    onCut: async () => {
      isKilled = run.child.kill('SIGKILL');
      await run.ended;
    },
  };
  const [http, amqp] = await Promise.all([
    openCutGateway('http', broker.endpoint, cuts, 10),
    openCutGateway('amqp', broker.amqpUrl, cuts, 10),
  ]);
  const run = startTopo(['apply', file, '--yes'], folder, {
    ...access,
    RABBITMQ_ENDPOINT: `http://127.0.0.1:${http.port}`,
    AMQP_URL: `amqp://127.0.0.1:${amqp.port}`,
  });
  await run.ended;
  http.close();
  amqp.close();
  return isKilled;
}

/** Returns whether topo got as far as the nth declaration. */
const goesOnAfter = (nth: number, type: string): Promise<boolean> =>
  inVhost(async (vhost) => {
    const file = join(folder, `${vhost}.yaml`);
    await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q, type: ${type} }]\n`);
    const isKilled = await killAtDeclaration(nth, file);
    const env = { ...access, RABBITMQ_ENDPOINT: broker.endpoint, AMQP_URL: broker.amqpUrl };
    const next = await callTopo(['apply', file, '--yes'], folder, env);
    expect(next, next.out + next.err).toMatchObject({ code: exit.done });
    expect(await takesMessages(vhost, broker), `killed at declaration ${nth}`).toBe(true);
    return isKilled;
  });

const slow = 'topo runs twice for each declaration';
test.each(firstOf(['quorum', 'stream']))(
  'a %s queue takes messages after topo was killed at any declaration',
  { meta: { slow } },
  async (type) => {
    let kills = 0;
    while (await goesOnAfter(kills, type)) kills++;
    expect(kills).toBeGreaterThan(0);
  },
);

/** Applies without AMQP; cuts the first PUT of the queue after so many milliseconds. */
async function applyCutAfter(time: number, vhost: string) {
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: q, type: quorum }]\n`);
  let puts = 0;
  const placeOf = (what: string) =>
    what === `PUT /api/queues/${vhost}/q` && puts++ === 0 ? ('after' as const) : undefined;
  const cuts = { placeOf, onCut: () => Promise.resolve() };
  const gateway = await openCutGateway('http', broker.endpoint, cuts, time);
  const env = { RABBITMQ_ENDPOINT: `http://127.0.0.1:${gateway.port}` };
  const unreachable = { AMQP_URL: 'amqp://127.0.0.1:1' };
  const ended = await runTopo(['apply', file, '--yes'], folder, {
    ...access,
    ...env,
    ...unreachable,
  });
  gateway.close();
  return ended;
}

/** Returns whether the cut has left it without a leader. */
async function isLeftLeaderless(time: number): Promise<boolean> {
  const vhost = await freshVhost();
  const { code, out } = await applyCutAfter(time, vhost);
  if (code === exit.done) {
    expect(await takesMessages(vhost, broker)).toBe(true);
    return false;
  }
  expect(code, out).toBe(exit.partial);
  expect(out).toContain('takes no message: the connection was cut while RabbitMQ declared it');
  expect(out).toContain(`rabbitmqctl delete_queue -p ${vhost} q`);
  return true;
}

const waits = 'a queue has 10 s to get a leader';
test(
  'without AMQP, it is told that a cut has left it without a leader',
  { meta: { slow: waits } },
  async () => {
    // A broker declares it within 10 ms, or within 100 if it is busy. One cut in six leaves it so.
    const times = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 64, 128];
    const found: boolean[] = [];
    for (let round = 0; round < 4 && !found.includes(true); round++)
      found.push(...(await Promise.all(times.map(isLeftLeaderless))));
    expect(found).toContain(true);
  },
);
