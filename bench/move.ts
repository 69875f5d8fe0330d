// Moves messages between two queues and back: topo move one way, bare amqplib the other.
import { connect } from 'amqplib';
import { alternate, median, renderMedians, script, time, topo, type Bench } from './bench.ts';
import type { Figure } from './main.ts';

const messages = 100_000;
const bytes = 1_024;
const rounds = 3;
const types = ['classic', 'quorum'] as const;

export async function benchMove(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const type of types) figures.push(await moveAs(type, bench));
  return figures;
}

async function moveAs(type: (typeof types)[number], { env }: Bench): Promise<Figure> {
  const [here, there] = [`${type}-here`, `${type}-there`];
  await fill(here, there, type, env);
  const times = await alternate(rounds, {
    topo: () => time(topo('move', here, there, '--yes', '--quiet'), env),
    bare: () => time(script('raw-move.mjs', there, here), env),
  });
  return {
    name: `topo move / bare amqplib, ${messages} messages of 1 KiB, ${type} queues`,
    value: median(times.topo) / median(times.bare),
    bound: 1.3,
    unit: '',
    detail: renderMedians(times),
  };
}

async function fill(
  full: string,
  empty: string,
  type: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const model = await connect(env['AMQP_URL'] ?? '');
  const channel = await model.createConfirmChannel();
  for (const queue of [full, empty])
    await channel.assertQueue(queue, { arguments: { 'x-queue-type': type } });
  const content = Buffer.alloc(bytes, 'x');
  for (let sent = 1; sent <= messages; sent++) {
    channel.sendToQueue(full, content, { persistent: true, headers: { sent } });
    if (sent % 1_000 === 0) await channel.waitForConfirms();
  }
  await model.close();
}
