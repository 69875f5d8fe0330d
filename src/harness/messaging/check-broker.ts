// Checks before anything starts that the broker has what the file declares. Declares nothing.
import type { ChannelModel } from 'amqplib';
import { toAmqpError } from '../../amqp/amqp-error.ts';
import {
  close,
  closeConnection,
  openConnection,
  type ConnectionOptions,
} from '../../amqp/open-connection.ts';
import { brokerAt, type AmqpTarget } from '../../connection/amqp-target.ts';
import { InvalidInput, type Problem } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import type { Roles } from '../../topology/roles.ts';

export interface Needed {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
}

/** What a worker of these queues takes from, and publishes to. */
export function neededBy(roles: Roles, queues: readonly string[]): Needed[] {
  const { tasks, results, dead_letter, retries, events } = roles;
  const named = [...queues, results, dead_letter, ...retries.map(({ queue }) => queue)];
  const exchanges = [tasks, ...retries.map(({ exchange }) => exchange), events];
  return [
    ...unique(named).map((name) => ({ kind: 'queue', name }) as const),
    ...unique(exchanges).map((name) => ({ kind: 'exchange', name }) as const),
  ];
}

/** Throws InvalidInput, naming everything that is missing. */
export async function checkBroker(
  target: AmqpTarget,
  options: ConnectionOptions,
  needed: readonly Needed[],
): Promise<void> {
  const model = await openConnection(target, options);
  model.on('error', () => undefined);
  try {
    const problems: Problem[] = [];
    for (const one of needed)
      if (!(await isThere(model, one))) problems.push(missing(one, target, options.vhost));
    if (problems.length > 0) throw new InvalidInput(problems);
  } finally {
    await closeConnection(model);
  }
}

/**
 * A refusal closes the channel, so each look has its own. What may not be looked at may still be
 * used.
 */
async function isThere(model: ChannelModel, { kind, name }: Needed): Promise<boolean> {
  const channel = await model.createChannel().catch((error: unknown) => {
    throw toAmqpError(error);
  });
  channel.on('error', () => undefined);
  try {
    await (kind === 'queue' ? channel.checkQueue(name) : channel.checkExchange(name));
    await close(channel);
    return true;
  } catch (thrown) {
    const error = toAmqpError(thrown);
    if (error.code === undefined) throw error;
    return error.code !== 404;
  }
}

const missing = ({ kind, name }: Needed, target: AmqpTarget, vhost: string): Problem => ({
  code: 'missing-on-broker',
  message: `${brokerAt(target)} has no ${kind} ${quote(name)} in vhost ${quote(vhost)}`,
  hint: 'if that is the broker you mean, run topo apply with the same file first; else set AMQP_URL, and RABBITMQ_ENDPOINT for topo',
});

const unique = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].flatMap((name) => (name === undefined || name === '' ? [] : [name]));
