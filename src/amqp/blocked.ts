// Knows which connections the broker takes nothing from, as it is short of memory or disk.
import type { ChannelModel } from 'amqplib';

const watched = new WeakSet<ChannelModel>();
const blocked = new WeakSet<ChannelModel>();

/** RabbitMQ says so when it changes, and never again: call before the first publish. */
export function watchBlocked(model: ChannelModel): void {
  if (watched.has(model)) return;
  watched.add(model);
  model.on('blocked', () => blocked.add(model));
  model.on('unblocked', () => blocked.delete(model));
}

export const isBlocked = (model: ChannelModel): boolean => blocked.has(model);
