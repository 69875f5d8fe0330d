// Leads bindings from one queue to another: each is bound to the one right before it is unbound
// from the other, so that no message is lost, and few come twice.
import type { Channel } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import { renderBind, renderUnbind } from '../../amqp/frames.ts';
import { ignoreUnbound, sendUnanswered, type Frame } from '../../amqp/wire.ts';
import type { LiveBinding } from '../../topology/live.ts';
import type { Binding, Queue } from '../../topology/object.ts';
import { readAttached } from '../attached.ts';
import type { Work } from './work.ts';

/** So many frames are answered in time even by a slow broker. */
const atOnce = 500;

/** Returns how many milliseconds it took. Throws an AmqpError. */
export async function flip(
  work: Work,
  bindings: readonly Binding[],
  from: Queue,
  to: Queue,
): Promise<number> {
  const frames = bindings.flatMap((binding) => [
    renderBind({ ...binding, destination: to.name }),
    renderUnbind({ ...binding, destination: from.name }),
  ]);
  const started = performance.now();
  await send(work, frames, to);
  return performance.now() - started;
}

export const bind = (work: Work, bindings: readonly Binding[], to: Queue): Promise<void> =>
  send(
    work,
    bindings.map((binding) => renderBind({ ...binding, destination: to.name })),
    to,
  );

export const unbind = (work: Work, bindings: readonly Binding[], from: Queue): Promise<void> =>
  send(
    work,
    bindings.map((binding) => renderUnbind({ ...binding, destination: from.name })),
    from,
  );

async function send({ sources }: Work, frames: readonly Frame[], queue: Queue): Promise<void> {
  for (let at = 0; at < frames.length; at += atOnce) {
    const some = frames.slice(at, at + atOnce);
    await sources.amqp.withChannel(queue.vhost, (channel) => sendAtOnce(channel, some, queue));
  }
}

async function sendAtOnce(
  channel: Channel,
  frames: readonly Frame[],
  { name }: Queue,
): Promise<void> {
  ignoreUnbound(channel, frames);
  try {
    for (const frame of frames) sendUnanswered(channel, frame);
    // Answered after everything that was sent before.
    await channel.checkQueue(name);
  } catch (error) {
    throw toAmqpError(error);
  }
}

/** The bindings of a queue right now, without those of topo's own fans. */
export async function readBindings({ client }: Work, queue: Queue): Promise<LiveBinding[]> {
  const attached = await readAttached(client, queue);
  return [...attached.values()].flat();
}
