// A run under chaos: what the seed draws happens to it, and at its end all must be as if nothing
// had.
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { openProxy, type Proxy } from '../../../proxy.ts';
import type { ChaosBroker } from '../../chaos/chaos-broker.ts';
import { seeded } from '../../chaos/seeded.ts';
import { Tally } from '../../chaos/tally.ts';
import type { Actor } from './actor.ts';
import { attempt } from './attempts.ts';
import { draw, type Drawn, type Fault } from './draw.ts';
import { job as smallJob } from './job.ts';
import { oracle } from './oracle.ts';
import { TrainBed } from './train-bed.ts';
import { violationsOf } from './verdict.ts';
import { WorkerSlot } from './worker-slot.ts';

export interface TrainChaosOptions {
  readonly seed: number;
  readonly broker: ChaosBroker;
  /** A folder with the product's unbundled modules. */
  readonly code: string;
  /** In place of what the seed draws. */
  readonly drawn?: Drawn;
}

export interface TrainChaosReport {
  readonly seed: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly seconds: number;
  readonly violations: readonly string[];
  /** Where logs and files are, if anything was violated. */
  readonly folder: string;
}

/** Milliseconds that a run may take. */
const patience = 120_000;

let vhosts = 0;

export async function runTrainChaos(options: TrainChaosOptions): Promise<TrainChaosReport> {
  const { seed, broker, code } = options;
  const started = performance.now();
  const vhost = `train-${seed}-${++vhosts}`;
  await broker.makeVhost(vhost);
  const root = await broker.makeFolder();
  const drawn = options.drawn ?? draw(seeded(seed));
  const queues = drawn.workers.length;
  const bed = await TrainBed.lay({ url: broker.urlOf(vhost), vhost, root, code, queues });
  const { tally, violations } = await new TrainChaosRun(bed, broker, drawn).run();
  await broker.deleteVhost(vhost);
  if (violations.length === 0) await rm(root, { recursive: true });
  return {
    ...{ seed, violations, folder: root, faults: tally.faults, kills: tally.kills },
    seconds: (performance.now() - started) / 1_000,
  };
}

class TrainChaosRun {
  readonly #bed: TrainBed;
  readonly #broker: ChaosBroker;
  readonly #drawn: Drawn;
  readonly #tally = new Tally();
  readonly #over = new AbortController();
  #coordinator: Actor | undefined;
  #isKilled = false;
  /** When a connection was last in trouble, as far as the faults go. */
  #troubled = 0;

  constructor(bed: TrainBed, broker: ChaosBroker, drawn: Drawn) {
    this.#bed = bed;
    this.#broker = broker;
    this.#drawn = drawn;
  }

  async run(): Promise<{ tally: Tally; violations: string[] }> {
    const job = { ...smallJob, store: { kind: this.#drawn.store } };
    const model = await oracle(this.#bed.root, job, this.#bed.data);
    const proxy = await this.#openProxy();
    const slots = await this.#openSlots();
    for (const slot of slots) slot.start();
    const storm = this.#drawn.storm.map((fault) => this.#do(fault, proxy, slots));
    try {
      const { had } = await Promise.race([this.#attempt(job, proxy), this.#late()]);
      const sure = had.filter(({ at }) => at > this.#troubled);
      return {
        tally: this.#tally,
        violations: await violationsOf(this.#bed, 'run', { model, job, had: sure }),
      };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { tally: this.#tally, violations: [reason] };
    } finally {
      this.#over.abort();
      await Promise.all(storm);
      for (const slot of slots) await slot.end();
      await this.#bed.close();
      await proxy.close();
    }
  }

  async #attempt(job: typeof smallJob, { port }: Proxy): ReturnType<typeof attempt> {
    const plans = [...this.#drawn.coordinators];
    const next = () => {
      if (this.#isKilled) this.#tally.kill('coordinator killed at any moment');
      this.#isKilled = false;
      return { job, port, plans: plans.splice(0, 1) };
    };
    const result = await attempt(this.#bed, 'run', next, (actor) => (this.#coordinator = actor));
    for (const step of result.deaths) this.#tally.kill(`coordinator killed at ${step}`);
    return result;
  }

  async #late(): Promise<never> {
    await sleep(patience, undefined, { ref: false });
    throw new Error(`the run did not end within ${patience / 1_000} s`);
  }

  #openProxy(): Promise<Proxy> {
    return openProxy({ host: '127.0.0.1', port: this.#broker.port });
  }

  async #openSlots(): Promise<WorkerSlot[]> {
    const slots: WorkerSlot[] = [];
    for (const [at, drawn] of this.#drawn.workers.entries()) {
      const proxy = await this.#openProxy();
      slots.push(new WorkerSlot(this.#bed, at + 1, drawn, proxy, this.#tally));
    }
    return slots;
  }

  /** Those that the run does not live to see are left out. */
  async #do(fault: Fault, proxy: Proxy, slots: readonly WorkerSlot[]): Promise<void> {
    await this.#sleep(fault.after + 400);
    const slot = slots[fault.worker];
    if (this.#over.signal.aborted || slot === undefined) return;
    switch (fault.kind) {
      case 'kill_coordinator':
        if (this.#coordinator?.isOver !== false) return;
        this.#isKilled = true;
        this.#coordinator.signal('SIGKILL');
        return;
      case 'kill_worker':
        slot.kill();
        return;
      case 'kill_broker':
        await this.#killBroker();
        return;
      case 'stop_coordinator':
        await this.#stop((signal) => this.#coordinator?.signal(signal), fault);
        return;
      case 'stop_worker':
        await this.#stop((signal) => slot.signal(signal), fault);
        return;
      case 'cut_coordinator':
      case 'cut_worker':
        (fault.kind === 'cut_worker' ? slot.proxy : proxy).cut();
        this.#tally.fault(fault.kind);
        this.#troubled = Date.now();
        return;
      default:
        await this.#blackHole(fault.kind === 'black_hole_worker' ? slot.proxy : proxy, fault);
    }
  }

  async #killBroker(): Promise<void> {
    this.#tally.kill('broker killed');
    this.#troubled = Infinity;
    await this.#broker.killAndRestart();
  }

  async #stop(send: (signal: NodeJS.Signals) => void, { kind, lasts }: Fault): Promise<void> {
    this.#tally.fault(`${kind} ${lasts} ms`);
    // A coordinator that does not listen may miss what comes.
    this.#troubled = Date.now() + lasts;
    send('SIGSTOP');
    await this.#sleep(lasts);
    send('SIGCONT');
  }

  async #blackHole(proxy: Proxy, { kind, lasts }: Fault): Promise<void> {
    this.#tally.fault(`${kind} ${lasts} ms`);
    this.#troubled = Infinity;
    proxy.blackHole();
    await this.#sleep(lasts);
    proxy.restore();
  }

  async #sleep(milliseconds: number): Promise<void> {
    const { signal } = this.#over;
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }
}
