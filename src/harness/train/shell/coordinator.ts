// The coordinator's shell: feeds the core with events, and carries out its commands.
import type { Delivery } from '../../messaging/consumer.ts';
import type { Result } from '../../messaging/result.generated.ts';
import { Candidates, type Candidate } from './candidates.ts';
import { now } from './clock.ts';
import { closeRound } from './close-round.ts';
import type { CoordinatorParts, Dispatch, Of } from './coordinator-parts.ts';
import { TakingBack } from './taking-back.ts';
import type { Ending, OnTrainStep } from './ending.ts';
import type { ReadResult } from '../trust/incoming.ts';
import type { LedgerRecord, TimelineEntry } from '../model/records.ts';
import { begin, step, type CoordinatorState } from '../core/reducer.ts';
import type { Command, CoordinatorEvent } from '../core/reducer-types.ts';
import { Trust } from '../trust/trust.ts';
import type { Stored } from '../model/unit.ts';

/** Milliseconds between looks at the clock. */
const tick = 100;

export class Coordinator {
  readonly #parts: CoordinatorParts;
  readonly #timer: NodeJS.Timeout;
  readonly #candidates: Candidates;
  #state: CoordinatorState;
  /** What the open round begins with. */
  #base: Stored | undefined;
  /** Settles when the last event is taken in. */
  #heard: Promise<void> = Promise.resolve();
  readonly #trust: Trust;
  /**
   * Settles when the last closed round is in the ledger: no record of the next may come before it.
   */
  #sealed: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #isConnected = true;
  readonly #takingBack: TakingBack;
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  #end: (ending: Ending) => void = () => undefined;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
    this.#trust = new Trust(parts.course, parts);
    this.#takingBack = new TakingBack(parts.takeBack);
    this.#candidates = new Candidates({
      ...parts,
      run: parts.course.run,
      state: () => this.#state,
      start: () => ({ base: this.#base, momentum: this.#state.closed.at(-1)?.momentum }),
      record: (record) => this.#record(record),
      note: (entry) => this.#note(entry),
      step: (...step) => this.#step(...step),
    });
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

  /** Without a connection, don't call any worker silent. */
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
      if (read === undefined) delivery.ack();
      else if (isOfRun(read)) this.#feed(this.#candidates.hold(delivery, read));
      else await this.#parts.others.setAside(delivery, resultIn(read));
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

  /**
   * What goes wrong here is not a worker's fault: the coordinator ends, and the run can be resumed.
   */
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
        return this.#candidates.drop(command);
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

  /** Ends the coordinator if a model is missing: workers would retry in vain. */
  async #assertThere(): Promise<void> {
    for (const stored of sentIn(this.#state)) await this.#parts.store.assertThere(stored);
  }

  async #dispatch(command: Dispatch): Promise<void> {
    const { unit, queue, why, parameters } = command;
    // The failure may come from a model that is damaged here.
    if (parameters && (why === 'failed' || why === 'invalid'))
      await this.#parts.store.check(parameters);
    this.#note({ at: now(), kind: 'dispatched', unit, queue, why });
    await this.#takingBack.settled(queue);
    const fate = await this.#parts.dispatch(command);
    if (fate.kind === 'confirmed') return this.#step('dispatched', unit.id);
    this.#feed({ at: now(), kind: 'returned', unit, queue, reason: fate.reason });
  }

  async #accept(command: Of<'accept'>): Promise<void> {
    const event = await this.#candidates.accept(command);
    if (event === undefined) return;
    if (event.kind === 'accepted' && command.unit.kind === 'init')
      this.#base = event.accepted.parameters;
    this.#feed(event);
  }

  async #closeRound(command: Of<'close_round'>): Promise<void> {
    const { closed, durable } = await closeRound(command, this.#parts);
    await this.#step('aggregated', String(closed.round));
    const sealed = durable.then(() =>
      this.#parts.ledger.append({ at: now(), kind: 'closed', ...closed }),
    );
    // Don't wait for the disk: the same can be computed again from the results, which are there.
    this.#sealed = sealed;
    this.#base = closed.parameters;
    this.#parts.words.forgetBefore(closed.round);
    this.#feed({ at: now(), kind: 'closed', closed });
    await sealed;
    await this.#step('closed', String(closed.round));
    await this.#parts.prune(this.#state, command.parts);
  }

  async #takeBack({ queue, units }: Of<'take_back'>): Promise<void> {
    const taken = await this.#takingBack.take(queue, units);
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

const isOfRun = (read: ReadResult): read is Candidate => read.unit !== undefined;

const resultIn = ({ parsed }: ReadResult): Result | undefined =>
  parsed.kind === 'parsed' ? parsed.value : undefined;

/** The models that workers are given now. */
const sentIn = ({ parameters, evaluations }: CoordinatorState): Stored[] => [
  ...(parameters ? [parameters] : []),
  ...[...evaluations.values()].map((one) => one.parameters),
];
