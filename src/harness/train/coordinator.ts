// The coordinator's shell: it feeds the core with what comes in, and carries out what the core asks for.
import type { Delivery } from '../consumer.ts';
import type { Fate } from '../publisher.ts';
import { ParameterFault } from '../parameters/fault.ts';
import { DiskError } from '../../process/disk-error.ts';
import { closeRound, type CloseParts } from './close-round.ts';
import type { Ending, OnTrainStep } from './ending.ts';
import type { ReadResult } from './incoming.ts';
import type { Ledger } from './ledger.ts';
import { receive, type ReceiveParts } from './receive.ts';
import type { Others } from './others.ts';
import type { ResultFiles } from './result-files.ts';
import type { Accepted, LedgerRecord, TimelineEntry } from './records.ts';
import { begin, step, type CoordinatorState } from './reducer.ts';
import type { Command, CoordinatorEvent, Course } from './reducer-types.ts';
import type { Resumed } from './resume.ts';
import { Trust, type TrustParts } from './trust.ts';
import type { Stored, Unit } from './unit.ts';
import { givenTo } from './wanted.ts';

export interface CoordinatorParts extends ReceiveParts, CloseParts, TrustParts {
  readonly course: Course;
  readonly resumed: Resumed;
  readonly ledger: Ledger;
  readonly files: ResultFiles;
  /** Settles when the broker has said what became of the task. */
  readonly dispatch: (command: Dispatch) => Promise<Fate>;
  /** How many tasks of these units were taken out of the queue. */
  readonly takeBack: (queue: string, units: readonly string[]) => Promise<number>;
  /** Takes what is in the results queue, and not of this run. */
  readonly others: Others;
  /** Writes the final model. */
  readonly save: (parameters: Stored) => Promise<void>;
  /** After each closed round, made of these parts: what no resume needs may go. */
  readonly prune: (state: CoordinatorState, parts: readonly Accepted[]) => Promise<void>;
  readonly onTimeline: (entry: TimelineEntry) => void;
  /** `strangers`: how many names were heard of that are no workers of this run. */
  readonly onChange: (state: CoordinatorState, strangers: number) => void;
  readonly onStep: OnTrainStep;
}

/** Milliseconds between looks at the clock. */
const tick = 100;

interface Held {
  readonly delivery: Delivery;
  readonly read: ReadResult;
}

export class Coordinator {
  readonly #parts: CoordinatorParts;
  readonly #timer: NodeJS.Timeout;
  /** Results that the core has not decided on yet. */
  readonly #held = new Map<number, Held>();
  #state: CoordinatorState;
  /** What the open round begins with. */
  #base: Stored | undefined;
  #deliveries = 0;
  /** Settles when the last event is taken in. */
  #heard: Promise<void> = Promise.resolve();
  readonly #trust: Trust;
  /** Settles when the last closed round is in the ledger: no record of the next may come before it. */
  #sealed: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #isConnected = true;
  /** By queue, what takes tasks out of it now: one sent meanwhile might be taken, too. */
  readonly #takingBack = new Map<string, Promise<unknown>>();
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    this.#trust = new Trust(parts.course, parts);
    this.#base = parts.resumed.parameters;
    this.#state = begin(parts.course, parts.resumed);
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#timer = setInterval(() => this.#tick(), tick);
    this.#tick();
  }

  /** Leaves the run as it is; it can be resumed. */
  interrupt(): void {
    this.#finish({ kind: 'interrupted' });
  }

  /** Without a connection nobody is heard, and nobody is called silent. */
  onConnection(isConnected: boolean): void {
    this.#isConnected = isConnected;
    if (!isConnected) this.#parts.others.forgetHeld();
  }

  /** One after the other, in the order in which they were sent. */
  onEvent(delivery: Delivery): void {
    this.#heard = this.#heard.then(() => this.#try(() => this.#hear(delivery)));
  }

  async #hear(delivery: Delivery): Promise<void> {
    const event = await this.#trust.eventIn(delivery.message, this.#state, now());
    delivery.ack();
    if (event === undefined) return;
    if (event.kind === 'started' || event.kind === 'failed' || event.kind === 'given_up')
      this.#note(event);
    this.#feed({ ...event, at: now() });
    if (event.kind === 'failed') await this.#assertThere();
  }

  onResult(delivery: Delivery): void {
    void this.#try(async () => {
      const read = await this.#trust.resultIn(delivery.message, this.#state);
      if (read === undefined) {
        delivery.ack();
        return;
      }
      const { unit, worker, parsed } = read;
      if (unit === undefined) {
        const result = parsed.kind === 'parsed' ? parsed.value : undefined;
        await this.#parts.others.setAside(delivery, result);
        return;
      }
      const id = ++this.#deliveries;
      this.#held.set(id, { delivery, read });
      this.#feed({ at: now(), kind: 'candidate', delivery: id, unit, worker });
    });
  }

  #tick(): void {
    if (this.#isConnected) this.#feed({ at: now(), kind: 'tick' });
  }

  #feed(event: CoordinatorEvent): void {
    if (this.#isOver) return;
    const { state, commands } = step(this.#state, event);
    const isChanged = state !== this.#state;
    this.#state = state;
    for (const command of commands) void this.#try(() => this.#carryOut(command));
    if (isChanged) this.#parts.onChange(state, this.#trust.strangers);
  }

  /** What goes wrong here is not a worker's fault: the coordinator ends, and the run can be resumed. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#finish({ kind: 'broken', error: cause });
    }
  }

  async #carryOut(command: Command): Promise<void> {
    switch (command.kind) {
      case 'dispatch':
        return this.#dispatch(command);
      case 'accept':
        return this.#accept(command);
      case 'drop':
        return this.#drop(command);
      case 'close_round':
        return this.#closeRound(command);
      case 'take_back':
        return this.#takeBack(command);
      case 'worker': {
        const { worker, queue, state } = command;
        this.#note({ at: now(), kind: 'worker', worker, queue, state });
        return;
      }
      case 'leave_out': {
        const { unit, reason } = command;
        this.#note({ at: now(), kind: 'left_out', unit, reason });
        return;
      }
      case 'finish':
        return this.#save(command);
      case 'fail':
        return this.#fail(command.reason);
    }
  }

  /** Ends the coordinator where a model is missing: workers would retry in vain. */
  async #assertThere(): Promise<void> {
    for (const stored of sentIn(this.#state)) await this.#parts.store.assertThere(stored);
  }

  async #dispatch(command: Dispatch): Promise<void> {
    const { unit, queue, why, parameters } = command;
    // The failure may come from a model that is damaged here.
    if (parameters && (why === 'failed' || why === 'invalid'))
      await this.#parts.store.check(parameters);
    this.#note({ at: now(), kind: 'dispatched', unit, queue, why });
    await this.#takingBack.get(queue);
    const fate = await this.#parts.dispatch(command);
    if (fate.kind === 'confirmed') return this.#step('dispatched', unit.id);
    this.#feed({ at: now(), kind: 'returned', unit, queue, reason: fate.reason });
  }

  async #accept({ delivery: id, unit }: Of<'accept'>): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    const { delivery, read } = held;
    const { worker } = read;
    const { files } = this.#parts;
    const location = locationIn(read);
    const received = await this.#receive(unit, read);
    if (received.kind === 'rejected') {
      const { reason } = received;
      files.keepUntilDone(unit, location);
      const isOld = !(await this.#isOfLastTask(unit, read));
      if (!isOld) await this.#record({ at: now(), kind: 'rejected', unit, worker, reason });
      delivery.ack();
      this.#note({ at: now(), kind: 'dropped', unit, worker, why: 'invalid', reason });
      this.#feed({ at: now(), kind: 'rejected', unit, worker, reason, isOld });
      return;
    }
    const { accepted } = received;
    await this.#step('stored', unit.id);
    await this.#record({ at: now(), kind: 'accepted', ...accepted });
    await this.#step('recorded', unit.id);
    delivery.ack();
    await this.#step('acked', unit.id);
    await files.done(unit, location);
    const { started_at, finished_at } = accepted;
    this.#note({
      ...{ at: now(), kind: 'accepted', unit, worker, started_at, finished_at },
      ...(unit.kind === 'evaluate' && { metrics: accepted.metrics }),
    });
    if (unit.kind === 'init') this.#base = accepted.parameters;
    this.#feed({ at: now(), kind: 'accepted', accepted });
  }

  async #isOfLastTask(unit: Unit, { task_sha256 }: ReadResult): Promise<boolean> {
    const given = givenTo(unit, this.#state);
    return given === undefined || this.#parts.words.areLast(task_sha256, unit, given);
  }

  async #receive(unit: Unit, { parsed }: ReadResult) {
    // Such as one with a wrong hash.
    if (parsed.kind === 'broken')
      return { kind: 'rejected', reason: cut(parsed.problems.join('; ')) } as const;
    try {
      const start = { base: this.#base, momentum: this.#state.closed.at(-1)?.momentum };
      const accepted = await receive(unit, parsed.value, start, this.#parts);
      return { kind: 'received', accepted } as const;
    } catch (error) {
      if (error instanceof DiskError || error instanceof ParameterFault) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'rejected', reason: cut(reason) } as const;
    }
  }

  async #drop({ delivery: id, unit, worker }: Of<'drop'>): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    if (held === undefined) return;
    const { isProven = true } = held.read;
    // A delivery again of one that counts tells nothing, nor does one that anybody may have sent.
    if (held.delivery.ack() && isProven)
      this.#note({ at: now(), kind: 'dropped', unit, worker, why: 'late' });
    const { course, files } = this.#parts;
    await files.drop(unit.id, course.run, locationIn(held.read));
  }

  async #closeRound(command: Of<'close_round'>): Promise<void> {
    const { closed, durable } = await closeRound(command, this.#parts);
    await this.#step('aggregated', String(closed.round));
    const sealed = durable.then(() =>
      this.#parts.ledger.append({ at: now(), kind: 'closed', ...closed }),
    );
    // Nobody waits for the disk: from the results, which are there, the same is computed again.
    this.#sealed = sealed;
    this.#base = closed.parameters;
    this.#parts.words.forgetBefore(closed.round);
    this.#feed({ at: now(), kind: 'closed', closed });
    await sealed;
    await this.#step('closed', String(closed.round));
    await this.#parts.prune(this.#state, command.parts);
  }

  async #takeBack({ queue, units }: Of<'take_back'>): Promise<void> {
    const before = this.#takingBack.get(queue);
    // What can't be taken now is asked for again.
    const taking = Promise.resolve(before)
      .then(() => this.#parts.takeBack(queue, units))
      .catch(() => 0);
    this.#takingBack.set(queue, taking);
    const taken = await taking;
    if (this.#takingBack.get(queue) === taking) this.#takingBack.delete(queue);
    if (taken > 0) this.#note({ at: now(), kind: 'taken_back', queue, units: taken });
  }

  async #save({ why, parameters }: Of<'finish'>): Promise<void> {
    await this.#sealed;
    await this.#parts.save(parameters);
    await this.#step('saved', '');
    // One that was killed after its last record is finished already.
    if (this.#parts.resumed.ended?.kind !== 'finished')
      await this.#record({ at: now(), kind: 'finished', why, parameters });
    await this.#step('finished', '');
    this.#finish({ kind: 'finished', why, parameters });
  }

  async #fail(reason: string): Promise<void> {
    for (const stored of sentIn(this.#state)) await this.#parts.store.check(stored);
    await this.#record({ at: now(), kind: 'failed', reason });
    this.#finish({ kind: 'failed', reason });
  }

  async #record(record: LedgerRecord): Promise<void> {
    await this.#sealed;
    await this.#parts.ledger.append(record);
  }

  #note(entry: TimelineEntry): void {
    this.#parts.onTimeline(entry);
  }

  async #step(...[name, of]: Parameters<OnTrainStep>): Promise<void> {
    await this.#parts.onStep(name, of);
  }

  #finish(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    // What is under way may still write to the ledger.
    void Promise.allSettled([this.#sealed]).then(() => this.#end(ending));
  }
}

/** The models that workers are given now. */
const sentIn = ({ parameters, evaluations }: CoordinatorState): Stored[] => [
  ...(parameters ? [parameters] : []),
  ...[...evaluations.values()].map((one) => one.parameters),
];

export type Dispatch = Of<'dispatch'>;

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/** Of what is written to the ledger: names of tensors may be as long as a file. */
const longestReason = 2_000;
const cut = (text: string): string =>
  text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;

/** Where its parameters are, as it says. */
const locationIn = ({ parsed }: ReadResult) =>
  parsed.kind === 'parsed' ? parsed.value.parameters : undefined;

/** Milliseconds since 1970, by a clock that nobody sets. */
const now = (): number => Math.round(performance.timeOrigin + performance.now());
