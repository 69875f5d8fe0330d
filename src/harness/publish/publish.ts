// Publishes tasks through the outbox: reads, journals, sends, confirms and records them, all at
// once and each in order.
import { addAbortSignal, Readable } from 'node:stream';
import { join } from 'node:path';
import { withLock } from '../../disk/lock.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { Publisher } from '../messaging/publisher.ts';
import { checkUser, coordinatorOf, signatureOf } from '../messaging/users.ts';
import { makeOutbox, Outbox } from './outbox.ts';
import type { PublishOptions } from './options.ts';
import { readTasks } from './read-tasks.ts';
import { sendAll } from './send.ts';
import { Tally, type Published } from './tally.ts';
import { matchBeginning, matchInput, TaskReader } from './unfinished.ts';
import { closeConnection, openConnection } from '../../amqp/open-connection.ts';
import type { LinkOptions } from '../messaging/link.ts';
import { checkBroker } from '../messaging/check-broker.ts';

/** How many ids of a stream to remember; a file is checked whole beforehand. */
const remembered = 1_000_000;

/**
 * Throws InvalidInput if the outbox holds another publish or the exchange is missing, AmqpError if
 * the broker can't be reached at the start, and what `stop` and `abort` are aborted with, if there
 * is nothing to count.
 */
export async function publishTasks(options: PublishOptions): Promise<Published> {
  return withOutbox(options.outbox, async () => {
    if (options.discard) await Outbox.discard(options.outbox);
    const outbox = await Outbox.open(options.outbox);
    try {
      return await run(outbox, options);
    } finally {
      const fault = await outbox.close();
      if (fault !== undefined) options.onUnnoted(fault);
    }
  });
}

/** Drops what the outbox holds. */
export const discardOutbox = (folder: string): Promise<void> =>
  withOutbox(folder, () => Outbox.discard(folder));

async function withOutbox<T>(folder: string, use: () => Promise<T>): Promise<T> {
  await makeOutbox(folder);
  const refuse = (owner: string): Error =>
    new ExpectedError(`another publish is using the outbox ${folder}${owner}`, {
      hint: 'wait for its end, or give this one an outbox of its own: --outbox DIR',
    });
  return withLock(join(folder, 'lock'), refuse, use);
}

async function run(outbox: Outbox, options: PublishOptions): Promise<Published> {
  const { unfinished } = outbox;
  const tally = new Tally(unfinished?.fates.count('confirmed') ?? 0);
  if (options.tasks === undefined && unfinished === undefined) {
    const nothing = tally.publishedOf(0, true);
    await options.onPublished(nothing, outbox.ids());
    return nothing;
  }
  const stream = options.tasks?.input.open() ?? Readable.from([]);
  try {
    await publishFrom(stream, outbox, tally, options);
  } finally {
    stream.destroy();
  }
  const { stop, tasks } = options;
  const isWhole = tasks === undefined ? unfinished?.isWhole === true : !stop.aborted;
  const published = tally.publishedOf(outbox.tasks, isWhole);
  const fault = await outbox.close();
  await options.onPublished(published, outbox.ids());
  options.onStep?.('finished', outbox.tasks);
  if (!stop.aborted && tally.isClean(outbox.tasks)) await Outbox.discard(options.outbox);
  else if (fault !== undefined) options.onUnnoted(fault);
  return published;
}

async function publishFrom(
  stream: Readable,
  outbox: Outbox,
  tally: Tally,
  options: PublishOptions,
): Promise<void> {
  const reader = openReader(stream, tally, options);
  const publisher = await orStopped(begin(outbox, reader, options), options.stop);
  try {
    await orStopped(send(publisher, outbox, reader, tally, options), options.abort);
  } finally {
    // Nothing is waited for once more.
    if (!options.abort.aborted) await publisher.close();
  }
}

/** Without tasks to read if the outbox is to be finished. */
function openReader(stream: Readable, tally: Tally, options: PublishOptions): TaskReader {
  const { tasks, stop } = options;
  if (tasks === undefined) return new TaskReader(noTasks());
  const onBroken = (line: number, problems: readonly string[]): void => {
    tally.refuseLine();
    options.onBroken(line, problems);
  };
  const { addressing } = tasks;
  const readOptions = { addressing, remembered, onBroken };
  return new TaskReader(readTasks(addAbortSignal(stop, stream), readOptions));
}

async function* noTasks(): AsyncGenerator<never, void, undefined> {
  // Nothing to yield.
}

/** All that can be wrong is found before anything is sent. */
async function begin(
  outbox: Outbox,
  reader: TaskReader,
  { tasks, roles, link, window }: PublishOptions,
): Promise<Publisher> {
  const { unfinished } = outbox;
  if (tasks) await matchInput(outbox, reader);
  const linkOptions = { ...link, vhost: roles.vhost };
  const { username } = link.target;
  checkUser(username, coordinatorOf(roles), 'tasks');
  const broker = await checkExchange(linkOptions, roles.tasks);
  const addressing = tasks?.addressing.name ?? unfinished?.beginning.addressing ?? '';
  const beginning = { broker, vhost: roles.vhost, exchange: roles.tasks, addressing };
  matchBeginning(unfinished, beginning);
  await outbox.begin({ ...beginning, source: tasks?.input.name ?? '' });
  return Publisher.open({ ...linkOptions, window, user: signatureOf(roles, username) });
}

async function send(
  publisher: Publisher,
  outbox: Outbox,
  reader: TaskReader,
  tally: Tally,
  { roles, stop, onSettled, onStep }: PublishOptions,
): Promise<void> {
  const route = { exchange: roles.tasks, attempt: 1, reply_to: roles.results };
  const onFate = (fate: Parameters<Tally['settle']>[0]): void => {
    tally.settle(fate);
    onSettled();
  };
  await sendAll({ publisher, outbox, groups: reader.rest(), route, stop, onFate, onStep });
}

/** What `signal` is aborted with is thrown at once; what is under way is left to itself. */
async function orStopped<T>(under: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([under, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    under.catch(() => undefined);
  }
}

/**
 * The broker's own name. Throws AmqpError if it can't be reached, InvalidInput if it has no such
 * exchange.
 */
async function checkExchange(options: LinkOptions, exchange: string): Promise<string> {
  await checkBroker(options.target, options, [{ kind: 'exchange', name: exchange }]);
  const model = await openConnection(options.target, options);
  try {
    return model.connection.serverProperties['cluster_name'] ?? '';
  } finally {
    await closeConnection(model);
  }
}
