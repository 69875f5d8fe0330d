import type { ChannelModel } from 'amqplib';
export function publishBare(
  connection: ChannelModel,
  tasks: number,
  window: number,
  contentOf?: (id: string) => Buffer,
): Promise<number>;
