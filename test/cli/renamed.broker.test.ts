// renamed_from on a real broker. renamed.long.test.ts has the other way, from quorum to classic.
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { env } from '../broker.ts';
import {
  apply,
  arrange,
  channel,
  describeRenamed,
  elsewhere,
  file,
  folder,
  model,
  publish,
  queues,
  setUpRenames,
  vhost,
} from './renamed-queue.ts';
import { callTopo } from './topo.ts';

setUpRenames();
describeRenamed('classic', 'quorum');

test('a consumer that has the queue to itself drains it', async () => {
  await arrange('classic', 'classic');
  await publish(30);
  const seen: string[] = [];
  const own = await model.createChannel();
  await own.prefetch(1);
  await own.consume(
    'orders',
    (message) => {
      if (message === null) return;
      seen.push(message.content.toString());
      setTimeout(() => own.ack(message), 50);
    },
    { exclusive: true },
  );
  const { code, out } = await apply();
  expect(code, out).toBe(exit.done);
  expect(seen.length).toBe(30);
});

test('protect wins, and the other half alone is refused', async () => {
  await arrange('classic', 'classic');
  const half = await apply('--only', 'create');
  expect(half.out).toContain('refused: it is renamed from "orders", and that is left out');
  expect(half.code).toBe(exit.refused);
  const other = await apply('--only', 'delete');
  expect(other.out).toContain(`refused: queues/${vhost}/orders.v2 takes over, and part of that`);
  expect(other.code).toBe(exit.refused);
  await channel.assertQueue('orders.v2', { arguments: { 'x-queue-type': 'classic' } });
  expect(await apply('--only', 'delete')).toMatchObject({ code: exit.refused });
  const { out, code } = await callTopo(
    ['apply', file, '-', '--yes'],
    folder,
    env,
    Readable.from(`vhost: ${vhost}\nprotect: { queues: [orders] }\nmanage: { queues: [x] }\n`),
  );
  expect(out).toContain('it is protected and would be deleted');
  expect(code).toBe(exit.refused);
});

test('a saved plan is refused while its queue holds more than the new one keeps', async () => {
  await arrange('classic', 'classic');
  const queue = `{ name: orders.v2, renamed_from: orders, arguments: { x-max-length: 10 } }`;
  await writeFile(file, `vhost: ${vhost}\nqueues: [${queue}]\n`);
  const cwd = await elsewhere();
  const plan = await callTopo(['plan', file, '--out', 'plan.json'], cwd, env);
  expect(plan.code, plan.out).toBe(exit.done);
  const carryOut = () => callTopo(['apply', 'plan.json', '--yes'], cwd, env);
  await publish(20);
  const full = await carryOut();
  expect(full.out).toContain('drops those beyond max-length 10, so not all 20 fit');
  expect(full.code).toBe(exit.refused);
  expect(await queues()).toEqual(['orders']);

  const refused = await callTopo(['plan', file, '--out', 'refused.json'], cwd, env);
  expect(refused.out).toContain('drops those beyond max-length 10, so not all 20 fit');
  await channel.purgeQueue('orders');
  const empty = await callTopo(['apply', 'refused.json', '--yes'], cwd, env);
  expect(empty.code, empty.out).toBe(exit.done);
  expect(await queues()).toEqual(['orders.v2']);
});

test('a policy that goes with the name is refused while it would drop messages', async () => {
  await arrange('classic', 'classic');
  const policies = (big: string) => `policies:
  - { name: short, pattern: ^orders, apply-to: queues, definition: { max-length: 5 } }
  - { name: big, pattern: '${big}', priority: 9, apply-to: queues, definition: { max-length: 99 } }
`;
  const declare = (queue: string, big: string) =>
    writeFile(file, `vhost: ${vhost}\nqueues: [${queue}]\n${policies(big)}`);
  await declare('{ name: orders }', '^orders$');
  expect(await apply()).toMatchObject({ code: exit.done });
  await publish(20);
  const renamed = '{ name: orders.v2, renamed_from: orders }';
  await declare(renamed, '^orders\\.v2$');
  const refused = await apply();
  expect(refused.out).toContain('15 messages of queue "orders" (max-length 5) would be lost');
  expect(refused.code).toBe(exit.refused);
  expect(await channel.checkQueue('orders')).toMatchObject({ messageCount: 20 });
  await declare(renamed, '^orders(\\.v2)?$');
  const { code, out } = await apply();
  expect(code, out).toBe(exit.done);
  expect(await channel.checkQueue('orders.v2')).toMatchObject({ messageCount: 20 });
});
