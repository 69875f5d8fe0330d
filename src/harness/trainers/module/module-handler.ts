// --handler: a JavaScript module that trains in a thread of its own, never on the one that talks
// AMQP.
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { TrainingError, type Handler, type Trained, type Training } from '../../handler.ts';
import { trainerEnvironment } from '../exec/environment.ts';
import { execDefaults, type Complete, type TrainerOptions } from '../exec/options.ts';
import { checkShards } from '../../data/shard/check.ts';
import { withFiles } from '../../data/located-task.ts';
import type { Task } from '../../messaging/task.generated.ts';
import { TrainerThread } from './trainer-thread.ts';

export interface ModuleOptions extends TrainerOptions {
  /**
   * A path, relative to the working folder: its default export, or the one named train, is
   * `train(task, context)`.
   */
  readonly module: string;
  /** Node's own flags for the thread, such as --import tsx for a module in TypeScript. */
  readonly execArgv?: readonly string[];
  /** The longest result, as JSON. */
  readonly lineBytes?: number;
  /** The heap that the thread may have, in MiB; a training that needs more fails alone. */
  readonly heapMb?: number;
}

/** Throws ExpectedError for an invalid environment. */
export function openModuleHandler(options: ModuleOptions): Handler {
  return new ModuleHandler({ ...execDefaults, ...options });
}

class ModuleHandler implements Handler {
  readonly #options: Complete<ModuleOptions>;
  readonly #environment: NodeJS.ProcessEnv;
  #thread: TrainerThread | undefined;

  constructor(options: Complete<ModuleOptions>) {
    this.#options = options;
    this.#environment = trainerEnvironment(process.env, options.environment, {
      TOPO_WORKER: options.worker,
    });
  }

  async start(): Promise<void> {
    await checkShards(this.#options.shards);
    await this.#readyThread();
  }

  train(task: Task, training: Training): Promise<Trained> {
    const { signal } = training;
    return withFiles(task, this.#options.shards, signal, async (located) => {
      const thread = await training.starting(() => this.#readyThread());
      signal.throwIfAborted();
      return thread.train(located, training);
    });
  }

  async stop(): Promise<void> {
    await this.#thread?.stop();
  }

  async #readyThread(): Promise<TrainerThread> {
    if (this.#thread?.isAlive) return this.#thread;
    try {
      this.#thread = new TrainerThread({
        ...this.#options,
        url: pathToFileURL(resolve(this.#options.module)).href,
        roots: this.#options.shards.roots.map((root) => resolve(root)),
        environment: this.#environment,
      });
      await this.#thread.ready;
      return this.#thread;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TrainingError('fatal', `${this.#options.module} can't be loaded: ${reason}`, {
        hint: 'it is a module of JavaScript with a function train(task, context) or one as default',
        cause,
      });
    }
  }
}
