// Holds each result for the run until the core has decided on it; then takes it in or drops it, and
// acks it.
import { DiskError } from '../../../disk/disk-error.ts';
import type { Delivery } from '../../messaging/consumer.ts';
import { ParameterFault } from '../parameters/fault.ts';
import { now } from './clock.ts';
import type { OnTrainStep } from './ending.ts';
import type { ReadResult } from '../trust/incoming.ts';
import { receive, type ReceiveParts, type Start } from './receive.ts';
import type { Accepted, LedgerRecord, TimelineEntry } from '../model/records.ts';
import type { CoordinatorState } from '../core/reducer.ts';
import type { Command, CoordinatorEvent } from '../core/reducer-types.ts';
import type { ResultFiles } from '../run/result-files.ts';
import type { Unit } from '../model/unit.ts';
import { givenTo } from '../trust/wanted.ts';
import type { Words } from '../trust/words.ts';

interface CandidateParts extends ReceiveParts {
  readonly run: string;
  readonly words: Words;
  readonly files: ResultFiles;
  readonly state: () => CoordinatorState;
  /** What the results of the open round began with. */
  readonly start: () => Start;
  /** Settles when the record is on the disk. */
  readonly record: (record: LedgerRecord) => Promise<void>;
  readonly note: (entry: TimelineEntry) => void;
  readonly step: (...step: Parameters<OnTrainStep>) => Promise<void>;
}

/** A result for a task of the run. */
export type Candidate = ReadResult & { readonly unit: Unit };

interface Held {
  readonly delivery: Delivery;
  readonly read: Candidate;
}

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

export class Candidates {
  readonly #parts: CandidateParts;
  readonly #held = new Map<number, Held>();
  #deliveries = 0;

  constructor(parts: CandidateParts) {
    this.#parts = parts;
  }

  /** Keeps the result. Gives the event that tells the core. */
  hold(delivery: Delivery, read: Candidate): CoordinatorEvent {
    const id = ++this.#deliveries;
    this.#held.set(id, { delivery, read });
    const { unit, worker } = read;
    return { at: now(), kind: 'candidate', delivery: id, unit, worker };
  }

  /**
   * Checks and stores the result, then acks it. Gives the event that tells the core; undefined if
   * the result is not held.
   */
  async accept({ delivery: id, unit }: Of<'accept'>): Promise<CoordinatorEvent | undefined> {
    const held = this.#held.get(id);
    if (held === undefined) return undefined;
    this.#held.delete(id);
    const received = await this.#receive(unit, held.read);
    return received.kind === 'rejected'
      ? this.#reject(held, received.reason)
      : this.#takeIn(held, received.accepted);
  }

  async drop({ delivery: id, unit, worker }: Of<'drop'>): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    if (held === undefined) return;
    const { isProven = true } = held.read;
    const { files, run, note } = this.#parts;
    // Don't report a redelivery of one that counts, nor one that anyone may have sent.
    if (held.delivery.ack() && isProven)
      note({ at: now(), kind: 'dropped', unit, worker, why: 'late' });
    await files.drop(unit.id, run, locationIn(held.read));
  }

  async #receive(unit: Unit, { parsed }: ReadResult) {
    // Such as one with a wrong hash.
    if (parsed.kind === 'broken')
      return { kind: 'rejected', reason: cut(parsed.problems.join('; ')) } as const;
    try {
      const accepted = await receive(unit, parsed.value, this.#parts.start(), this.#parts);
      return { kind: 'received', accepted } as const;
    } catch (error) {
      if (error instanceof DiskError || error instanceof ParameterFault) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'rejected', reason: cut(reason) } as const;
    }
  }

  async #reject({ delivery, read }: Held, reason: string): Promise<CoordinatorEvent> {
    const { files, record, note } = this.#parts;
    const { unit, worker } = read;
    files.keepUntilDone(unit, locationIn(read));
    const isOld = !(await this.#isOfLastTask(read));
    if (!isOld) await record({ at: now(), kind: 'rejected', unit, worker, reason });
    delivery.ack();
    note({ at: now(), kind: 'dropped', unit, worker, why: 'invalid', reason });
    return { at: now(), kind: 'rejected', unit, worker, reason, isOld };
  }

  async #isOfLastTask({ unit, task_sha256 }: Candidate): Promise<boolean> {
    const given = givenTo(unit, this.#parts.state());
    return given === undefined || this.#parts.words.areLast(task_sha256, unit, given);
  }

  async #takeIn({ delivery, read }: Held, accepted: Accepted): Promise<CoordinatorEvent> {
    const { files, record, note, step } = this.#parts;
    const { unit, worker } = read;
    await step('stored', unit.id);
    await record({ at: now(), kind: 'accepted', ...accepted });
    await step('recorded', unit.id);
    delivery.ack();
    await step('acked', unit.id);
    await files.done(unit, locationIn(read));
    const { started_at, finished_at, metrics } = accepted;
    note({
      at: now(),
      kind: 'accepted',
      unit,
      worker,
      started_at,
      finished_at,
      ...(unit.kind === 'evaluate' && { metrics }),
    });
    return { at: now(), kind: 'accepted', accepted };
  }
}

/** Of what is written to the ledger: names of tensors may be as long as a file. */
const longestReason = 2_000;
const cut = (text: string): string =>
  text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;

/** Where its parameters are, as it says. */
const locationIn = ({ parsed }: ReadResult) =>
  parsed.kind === 'parsed' ? parsed.value.parameters : undefined;
