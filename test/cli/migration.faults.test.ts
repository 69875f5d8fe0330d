// Migrates queues under live publishers and workers: no confirmed message is lost, and duplicates
// and order are as promised.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshVhost, inVhost } from '../broker.ts';
import { randomOf, tryAll } from '../faults.ts';
import { copyCode, deleteCode, type Replacement } from '../harness/chaos/code.ts';
import { drawMigration, everyChange, migrate, type Migration } from './migration.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-migration-'));
});
afterAll(() => rm(folder, { recursive: true }));

const timeout = 3_600_000;

async function tryMigrations(cases: readonly Migration[]): Promise<void> {
  await tryAll('migration', cases, 1, (one) =>
    inVhost(async (vhost) => {
      const migrated = await migrate(one, { vhost, folder });
      console.log(JSON.stringify({ ...one, ...migrated.figures, wrong: migrated.wrong }));
      return migrated;
    }),
  );
}

test('10,000 messages and more', { timeout, meta: { slow: '30 migrations' } }, async () => {
  const random = randomOf('migration');
  const thrice = [...everyChange, ...everyChange, ...everyChange];
  await tryMigrations(
    thrice.map((change) => {
      const more = Math.floor(5_000 * random.uniform());
      return drawMigration(random, change, 10_000 + more);
    }),
  );
});

test('1,000,000 messages', { timeout, meta: { slow: 'so many messages' } }, () =>
  tryMigrations([
    {
      ...{ change: 'classic → quorum', messages: 1_000_000, backlog: 800_000 },
      ...{ workers: 1, prefetch: 5, takes: 20 },
    },
  ]),
);

interface Control {
  readonly name: string;
  readonly replacement: Replacement;
  readonly cutAt?: number;
  readonly seen: RegExp;
}

const controls: Control[] = [
  {
    name: 'without the confirms, messages are lost when a connection is cut',
    replacement: {
      file: 'amqp/mover.js',
      text: 'if (this.#confirms.bytes > mostBytes) valve.shut();',
      by: 'this.#hear({ deliveryTag: this.#confirms.sent, multiple: false }, true);',
    },
    cutAt: 2_000,
    seen: /^\d+ lost/m,
  },
  {
    name: 'if the bindings change over at once, many messages are late',
    replacement: {
      file: 'management/carry/park.js',
      text: 'if (mayMove(work, consumers)) await untilFewAreLeft(work, conveyor);',
      by: '',
    },
    seen: /^\d+ late/m,
  },
];

test.each(controls)('$name', { timeout }, async ({ replacement, cutAt, seen }) => {
  const copy = await copyCode([replacement]);
  const one = { messages: 6_000, backlog: 5_000, workers: 0, prefetch: 1, takes: 0 };
  const wrongWith = async (code?: string): Promise<string> => {
    const where = { vhost: await freshVhost(), folder, cutAt, code };
    const { wrong } = await migrate({ ...one, change: 'classic → quorum' }, where);
    return wrong.join('\n');
  };
  try {
    expect(await wrongWith()).not.toMatch(seen);
    expect(await wrongWith(join(copy, 'unbundled/cli/main.js'))).toMatch(seen);
  } finally {
    await deleteCode(copy);
  }
});
