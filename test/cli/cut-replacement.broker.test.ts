// A replacement over HTTP that dies between its delete and its declaration; later on:
// cut-replacement.long.test.ts. Real kills, a real proxy.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { api } from '../broker.ts';
import { bindings, env, folder, proxy, setUpReplacement, slow, vhost } from './cut-replacement.ts';
import { startTopo } from './topo.ts';

setUpReplacement();

/** Makes x a topic exchange; no answer to the delete comes back. */
const applyUntilDeleted = async (flags: readonly string[] = []) => {
  const file = join(folder, `${vhost}.yaml`);
  await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n`);
  const isDeleted = proxy.blackHoleAfter(/^DELETE /m);
  const run = startTopo(['apply', file, '--yes', ...flags], folder, env);
  await isDeleted;
  await pause(200);
  return run;
};
const foundBindings = async () => {
  const found = (await api('GET', `exchanges/${vhost}/x/bindings/source`)) as typeof bindings;
  return found.map(({ routing_key, arguments: args }) => ({ routing_key, arguments: args }));
};

test('by two Ctrl-C: everything is put back before topo ends', async () => {
  const run = await applyUntilDeleted();
  run.child.kill('SIGINT');
  await pause(200);
  run.child.kill('SIGINT');
  await pause(500);
  proxy.restore();
  expect(await run.ended).toMatchObject({ code: 130 });
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
  expect((await foundBindings()).sort(byKey)).toEqual(bindings);
});

test(
  'by a broker that stays silent: each lost binding is told, and no hint says that all is well',
  { meta: { slow } },
  async () => {
    const report = join(folder, `${vhost}.json`);
    const run = await applyUntilDeleted(['--timeout', '3', '--report', report]);
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 6 });
    expect(ended.out).toMatch(/q\/theirs\/plain: routing_key "plain", arguments {}/);
    expect(ended.out).toMatch(/: routing_key "with arguments", arguments {"n":1,"x-match":"all"}/);
    expect(ended.out).toContain('the next topo apply puts it back first');
    expect(ended.err).toContain(
      'what was taken away and not put back is on record: the next topo apply puts it back first',
    );
    expect(ended.out).not.toMatch(/blocked|goes on from here/);

    const { converged, outcomes } = JSON.parse(await readFile(report, 'utf8')) as {
      converged: boolean;
      outcomes: { kind: string; lost?: (typeof bindings)[number] }[];
    };
    expect(converged).toBe(false);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'failed']);
    expect(outcomes.flatMap(({ lost }) => lost ?? []).sort(byKey)).toMatchObject(bindings);
  },
);

const byKey = (a: { routing_key: string }, b: { routing_key: string }): number =>
  a.routing_key < b.routing_key ? -1 : 1;
