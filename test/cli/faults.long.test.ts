// A broker that falls silent over AMQP amid writes and deletes. Over HTTP: faults.broker.test.ts.
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  amqpProxy,
  arrange,
  env,
  fallSilent,
  file,
  folder,
  proxy,
  queuesOf,
  restore,
  setUpCuts,
  slow,
  vhost,
} from './cut-short.ts';
import { callTopo, startTopo } from './topo.ts';

setUpCuts();

test(
  'a broker that falls silent over AMQP is waited for once, not once for every 64 steps',
  { meta: { slow } },
  () => fallSilent('AMQP'),
);

test(
  'so is one that falls silent over AMQP and HTTP among deletes',
  { meta: { slow } },
  async () => {
    // So many that the plan does not ask for each over AMQP: only the deletes name them.
    const many = 600;
    await arrange(many);
    expect(await callTopo(['apply', file, '--yes'], folder, env)).toMatchObject({ code: 0 });
    await writeFile(file, `vhost: ${vhost}\nmanage: all\n`);
    const deletes = ['--allow-deletes', String(many)];
    const run = startTopo(['apply', file, '--yes', '--timeout', '5', ...deletes], folder, env);
    const early = run.ended.then((ended) => expect.fail(JSON.stringify(ended)));
    await Promise.race([amqpProxy.blackHoleAfter(/q3\d\d/), early]);
    early.catch(() => undefined);
    proxy.blackHole();
    const since = Date.now();
    const ended = await run.ended;
    restore();
    expect(Date.now() - since).toBeLessThan(30_000);
    expect({ code: ended.code, err: ended.err }).toEqual({
      code: 6,
      err: expect.stringContaining(
        'the broker has not answered for 5 s: starting nothing more\n',
      ) as string,
    });
    expect(ended.out).toMatch(/Apply: .* deleted, .* failed, .* skipped in /);
    const rest = await callTopo(['apply', file, '--yes', ...deletes], folder, env);
    expect(rest).toMatchObject({ code: 0 });
    expect(await queuesOf()).toBe(0);
  },
);
