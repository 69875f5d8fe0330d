// Kills a connection, or topo itself, in the middle of an apply. Real kills, a real proxy. A broker
// that falls silent over AMQP is in faults.long.test.ts.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { firstOf, testInWhole } from '../sample.ts';
import {
  arrange,
  count,
  cut,
  env,
  fallSilent,
  file,
  folder,
  isUnderWay,
  over,
  proxy,
  queuesOf,
  restore,
  setUpCuts,
  silence,
  slow,
  vhost,
} from './cut-short.ts';
import { callTopo, startTopo } from './topo.ts';

setUpCuts();
const ways = ['HTTP', 'AMQP'] as const;

test.each(firstOf(ways))(
  'Ctrl-C finishes requests in flight over %s; the next run does the rest',
  async (way) => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, over(way));
    let told = '';
    run.child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
    await isUnderWay(way);
    run.child.kill('SIGINT');
    await expect
      .poll(() => told)
      .toContain('finishing what is in flight; once more to stop at once');
    restore();
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 130 });
    const created = Number(/Apply: (\d+) created, (\d+) skipped/.exec(ended.out)?.[1]);
    expect(created).toBeGreaterThan(0);
    expect(created).toBeLessThan(count);
    expect(await queuesOf()).toBe(created);

    const rest = await callTopo(['apply', file, '--yes'], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(rest.out).toContain(`Apply: ${count - created} created`);
    expect(await queuesOf()).toBe(count);
  },
);

test.each(firstOf(ways.toReversed()))('a second Ctrl-C stops at once, over %s', async (way) => {
  await arrange();
  const run = startTopo(['apply', file, '--yes'], folder, over(way));
  await isUnderWay(way);
  silence();
  run.child.kill('SIGINT');
  await pause(200);
  run.child.kill('SIGINT');
  const ended = await run.ended;
  restore();
  expect(ended).toMatchObject({ code: 130 });
  expect(ended.out).toContain('failed: interrupted before the broker answered');
  expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
});

test('progress is reported without a terminal, too, and so is the second reading', async () => {
  await arrange();
  const run = startTopo(['apply', file, '--yes'], folder, over('HTTP'));
  await isUnderWay('HTTP');
  await pause(2_500);
  restore();
  await proxy.blackHoleAfter(/^GET \/api\/bindings/m);
  await pause(1_500);
  restore();
  const ended = await run.ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.err).toMatch(new RegExp(`apply \\[.*\\] \\d+/${count} create q\\d+`));
  expect(ended.err).toContain(`reading http://127.0.0.1:${proxy.port} again (`);
});

test.each(firstOf(ways.toReversed()))(
  'cut connections over %s are retried, and nothing is left to plan',
  async (way) => {
    await arrange();
    const run = startTopo(['apply', file, '--yes'], folder, over(way));
    await isUnderWay(way);
    cut();
    restore();
    await pause(50);
    cut();
    expect(await run.ended).toMatchObject({ code: 0 });
    const plan = await callTopo(['plan', file, '--detailed-exitcode'], folder, env);
    expect(plan).toMatchObject({ code: 0 });
  },
);

testInWhole('apply finishes although nobody reads its output', async () => {
  await arrange();
  const report = join(folder, `${vhost}.json`);
  const run = startTopo(['apply', file, '--yes', '--report', report], folder, env);
  run.child.stdout?.destroy();
  run.child.stderr?.destroy();
  const code = await new Promise((resolve) => run.child.once('exit', resolve));
  expect(code, await readFile(report, 'utf8').catch(String)).toBe(0);
  expect(await queuesOf()).toBe(count);
});

testInWhole('after kill -9 in the middle, the next run does the rest', async () => {
  await arrange();
  const run = startTopo(['apply', file, '--yes'], folder, over('HTTP'));
  await isUnderWay('HTTP');
  run.child.kill('SIGKILL');
  await run.ended;
  cut();
  restore();
  expect(await queuesOf()).toBeLessThan(count);
  expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
  expect(await queuesOf()).toBe(count);
});

test(
  'a broker that falls silent is waited for once, not once for every 64 steps',
  { meta: { slow } },
  () => fallSilent('HTTP'),
);

test('a broker that falls silent ends in an error within the timeout', async () => {
  await arrange();
  proxy.blackHole();
  const started = Date.now();
  const ended = await callTopo(['plan', file, '--timeout', '2'], folder, env);
  restore();
  expect(ended).toMatchObject({ code: 1 });
  expect(ended.err).toContain('error:');
  expect(Date.now() - started).toBeLessThan(6000);
});
