// Unbinds and binds without waiting in between.
import type { Channel } from 'amqplib';
import type { Binding } from '../topology/object.ts';
import { toAmqpError, type AmqpError } from './amqp-error.ts';
import { renderBind } from './frames.ts';
import { renderName, renderTable } from './table.ts';
import { sendUnanswered } from './wire.ts';

export type Rebound =
  | { readonly kind: 'rebound' }
  /** Some or all of the old bindings are gone, or may be, and some of the new ones are missing. */
  | { readonly kind: 'broken'; readonly error: AmqpError };

/**
 * amqplib sends an unbind once the previous one is answered; the binds go out with the last of
 * them. Throws NotInAmqp, before sending anything, if AMQP can't express a binding.
 */
export async function rebindAtOnce(
  channel: Channel,
  unbind: readonly Binding[],
  bind: readonly Binding[],
): Promise<Rebound> {
  const binds = bind.map(renderBind);
  const unbinds = unbind.map((binding) => unbinding(channel, binding));
  try {
    for (const send of unbinds.slice(0, -1)) await send();
    const last = unbinds.at(-1)?.();
    for (const frame of binds) sendUnanswered(channel, frame);
    // Answered after everything that was sent before.
    const done = bind[0] && channel.checkExchange(renderName(bind[0].source));
    const failed = (await Promise.allSettled([last, done])).find(
      ({ status }) => status === 'rejected',
    );
    if (failed?.status === 'rejected') throw failed.reason;
    return { kind: 'rebound' };
  } catch (error) {
    return { kind: 'broken', error: toAmqpError(error) };
  }
}

function unbinding(channel: Channel, binding: Binding): () => Promise<unknown> {
  const [source, destination] = [renderName(binding.source), renderName(binding.destination)];
  const [key, args] = [renderName(binding.routing_key), renderTable(binding.arguments)];
  return binding.destination_type === 'queue'
    ? () => channel.unbindQueue(destination, source, key, args)
    : () => channel.unbindExchange(destination, source, key, args);
}
