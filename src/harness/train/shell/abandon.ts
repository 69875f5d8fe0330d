// Gives up a run for good, and removes what belongs to it from the disk and the broker's queues.
import { join } from 'node:path';
import type { ChannelModel, ConfirmChannel, GetMessage } from 'amqplib';
import { toAmqpError } from '../../../amqp/amqp-error.ts';
import { close, closeConnection, openConnection } from '../../../amqp/open-connection.ts';
import { withLock } from '../../../disk/lock.ts';
import { ExpectedError } from '../../../topology/problem.ts';
import { hold, type HeldQueue } from '../../messaging/held.ts';
import type { LinkOptions } from '../../messaging/link.ts';
import { parseJsonBytes } from '../../messaging/message.ts';
import { lockResults, toTaken } from '../../messaging/results-lock.ts';
import { Ledger } from '../run/ledger.ts';
import { stateOf } from '../run/list-runs.ts';
import { ParameterStore } from '../parameters/parameter-store.ts';
import type { LedgerRecord } from '../model/records.ts';
import { ResultFiles } from '../run/result-files.ts';
import { inUse } from '../run/run-folder.ts';
import { readStatus, StatusWriter } from '../run/status.ts';
import { isUnitOf } from '../model/unit.ts';

export interface Abandoning {
  /** Cleans the broker. */
  readonly clean: () => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Holds the run's folder while `clean` runs, so that no coordinator goes on with it. A finished run
 * stays finished. `onFault` hears of a status that can't be written. Throws ExpectedError if a
 * coordinator is on the run.
 */
export async function abandonFolder(
  path: string,
  run: string,
  { clean, onFault }: Abandoning,
): Promise<void> {
  const refuse = (owner: string): ExpectedError => inUse(run, owner);
  await withLock(join(path, 'lock'), refuse, async () => {
    const { ledger, records } = await Ledger.open(join(path, 'ledger.jsonl'));
    try {
      const state = stateOf(records);
      // First, so that no one needs what is dropped from here on.
      if (state === 'open' || state === 'failed')
        await ledger.append({ at: Date.now(), kind: 'abandoned' });
      if (state !== 'finished') await tellStatus(path, onFault);
      await clean();
      await dropResults(path, run, records);
    } finally {
      await ledger.close();
    }
  });
}

async function tellStatus(path: string, onFault: Abandoning['onFault']): Promise<void> {
  const status = await readStatus(path).catch(() => undefined);
  if (status === undefined) return;
  const writer = new StatusWriter(path, onFault);
  writer.tell({ ...status, state: 'abandoned', workers: [] });
  await writer.close();
}

/** Models of closed rounds stay: the last one may be wanted. */
async function dropResults(
  path: string,
  run: string,
  records: readonly LedgerRecord[],
): Promise<void> {
  const models = new Set<string>();
  const results = new Set<string>();
  for (const record of records) {
    if (!('parameters' in record)) continue;
    const isResult = record.kind === 'accepted' && record.unit.kind === 'train';
    (isResult ? results : models).add(record.parameters.sha256);
  }
  const store = await ParameterStore.open(join(path, 'parameters'));
  for (const sha256 of results) if (!models.has(sha256)) await store.drop(sha256);
  const files = await ResultFiles.open(run, path, { roots: [path] });
  await files.sweep(new Set());
}

export interface DroppedFrom {
  readonly queue: string;
  /** Undefined if the queue could not be looked through; `reason` says why. */
  readonly messages: number | undefined;
  readonly reason?: string;
}

/**
 * Drops the run's tasks and results from queues; all else stays, in its order. `results`: the queue
 * of results, which is held meanwhile. Throws ResultsTaken if another process takes from that, and
 * AmqpError if the broker can't be reached.
 */
export async function dropFromQueues(
  link: LinkOptions,
  run: string,
  {
    queues,
    results,
  }: { readonly queues: readonly HeldQueue[]; readonly results: string | undefined },
): Promise<DroppedFrom[]> {
  const model = await openConnection(link.target, link);
  model.on('error', () => undefined);
  try {
    if (results !== undefined) {
      const channel = await openChannel(model);
      await lockResults(channel, results).catch((thrown: unknown) => {
        throw toTaken(toAmqpError(thrown), results);
      });
    }
    const dropped: DroppedFrom[] = [];
    for (const queue of queues) dropped.push(await dropFrom(model, run, queue));
    return dropped;
  } finally {
    await closeConnection(model);
  }
}

/** A refusal closes the channel, so each queue has its own. */
async function dropFrom(model: ChannelModel, run: string, of: HeldQueue): Promise<DroppedFrom> {
  const { queue } = of;
  const channel = await openChannel(model);
  let messages = 0;
  try {
    const { messageCount } = await channel.checkQueue(queue);
    for await (const held of hold(channel, of, messageCount)) {
      if (isUnitOf(run, idOf(held.message))) {
        held.ack();
        messages++;
      } else if (held.isWorn) await held.renew();
    }
    return { queue, messages };
  } catch (error) {
    return { queue, messages: undefined, reason: toAmqpError(error).reason };
  } finally {
    await close(channel);
  }
}

async function openChannel(model: ChannelModel): Promise<ConfirmChannel> {
  const channel = await model.createConfirmChannel();
  channel.on('error', () => undefined);
  return channel;
}

/** Of the task that a message is, or is the result of. */
function idOf({ content, properties }: GetMessage): string {
  const { messageId } = properties as { messageId?: unknown };
  if (typeof messageId === 'string') return messageId;
  const parsed = parseJsonBytes(content);
  const json = parsed.kind === 'parsed' ? parsed.value.json : null;
  const { id, task } = Object(json) as Readonly<Record<string, unknown>>;
  return String(id ?? task);
}
