// The words of the tasks that a run has sent, known by their hash: a result counts only where it was made of them.
import { hash } from 'node:crypto';
import type { Stored, Unit } from './unit.ts';

/** What the words of a unit's task depend on, beside the job. */
export interface Given {
  /** What it starts from; undefined for the init unit. */
  readonly parameters: Stored | undefined;
  /** How many of its results were not valid. */
  readonly rejected: number;
}

/** The body of the task's message, always the same for the same. */
type Render = (unit: Unit, given: Given) => Promise<Buffer>;

export class Words {
  readonly #render: Render;
  /** By unit; of its bodies, by the number of its results that were not valid. */
  readonly #sent = new Map<
    string,
    { readonly round: number; readonly hashes: Map<number, string> }
  >();

  constructor(render: Render) {
    this.#render = render;
  }

  /** The body, which is sent now. */
  async send(unit: Unit, given: Given): Promise<Buffer> {
    const content = await this.#render(unit, given);
    this.#of(unit).set(given.rejected, hash('sha256', content));
    return content;
  }

  /** Whether they were sent, by an earlier coordinator of the run, too: it wrote the same words. */
  async areOf(sha256: string | undefined, unit: Unit, { parameters, rejected }: Given) {
    if (sha256 === undefined) return false;
    const hashes = this.#of(unit);
    for (let before = rejected; before >= 0; before--) {
      if (!hashes.has(before)) await this.send(unit, { parameters, rejected: before });
      if (hashes.get(before) === sha256) return true;
    }
    return false;
  }

  /** Of earlier rounds; what is asked for all the same is rendered again. */
  forgetBefore(round: number): void {
    for (const [id, sent] of this.#sent) if (sent.round < round) this.#sent.delete(id);
  }

  #of({ id, round }: Unit): Map<number, string> {
    const sent = this.#sent.get(id) ?? { round, hashes: new Map<number, string>() };
    this.#sent.set(id, sent);
    return sent.hashes;
  }
}
