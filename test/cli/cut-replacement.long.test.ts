// A replacement over HTTP whose broker falls silent once it has declared the new exchange.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api } from '../broker.ts';
import { env, folder, proxy, setUpReplacement, slow, vhost } from './cut-replacement.ts';
import { startTopo } from './topo.ts';

setUpReplacement();

test(
  'by a broker that stays silent once it has the new one: each binding is told that is not back',
  { meta: { slow } },
  async () => {
    const file = join(folder, `${vhost}.yaml`);
    const declared = `bindings: [{ source: x, destination: theirs, routing_key: plain }]`;
    await writeFile(file, `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n${declared}\n`);
    const run = startTopo(['apply', file, '--yes', '--timeout', '3'], folder, env);
    await proxy.blackHoleAfter(/^DELETE /m);
    proxy.restore();
    await proxy.blackHoleAfter(/^POST /m);
    const ended = await run.ended;
    proxy.restore();
    expect(ended).toMatchObject({ code: 6 });
    const told = [
      'x was replaced; 0 of 2 bindings are back\n      remove the cause, then run topo apply again: it puts them back first',
      `failed: not put back: POST http://127.0.0.1:${proxy.port}/api/bindings/${vhost}/e/x/q/theirs: no answer in time\n`,
      'routing_key "plain", arguments {}\n      the next topo apply puts it back first\n',
      'arguments {"n":1,"x-match":"all"}\n      the next topo apply puts it back first\n',
    ];
    for (const part of told) expect(ended.out).toContain(part);
    expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
  },
);
