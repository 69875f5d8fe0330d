// Takes tasks out of workers' queues again, one time after another for each queue.

/** Resolves to how many tasks of these units were taken out of the queue. */
export type TakeBack = (queue: string, units: readonly string[]) => Promise<number>;

export class TakingBack {
  readonly #takeBack: TakeBack;
  /** By queue, what takes tasks out of it now: one sent meanwhile might be taken, too. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(takeBack: TakeBack) {
    this.#takeBack = takeBack;
  }

  /** Waits until nothing takes tasks out of this queue. */
  async settled(queue: string): Promise<void> {
    await this.#underWay.get(queue);
  }

  async take(queue: string, units: readonly string[]): Promise<number> {
    const before = this.#underWay.get(queue);
    // What can't be taken now is asked for again.
    const taking = Promise.resolve(before)
      .then(() => this.#takeBack(queue, units))
      .catch(() => 0);
    this.#underWay.set(queue, taking);
    const taken = await taking;
    if (this.#underWay.get(queue) === taking) this.#underWay.delete(queue);
    return taken;
  }
}
