// Knows the tasks that a run has sent by the hash of their words: a result counts only if it was
// made of them.
import { hash } from 'node:crypto';
import type { Stored, Unit } from '../model/unit.ts';

/** What the words of a unit's task depend on, beside the job. */
export interface Given {
  /** What it starts from; undefined for the init unit. */
  readonly parameters: Stored | undefined;
  /** How many of its results were not valid. */
  readonly rejected: number;
}

/** The body of the task's message, always the same for the same. */
type Render = (unit: Unit, given: Given) => Promise<Buffer>;

/** In hexadecimal, by the number of a unit's results that were not valid. */
type Hashes = Map<number, Promise<string>>;

export class Words {
  readonly #render: Render;
  /** By unit. */
  readonly #sent = new Map<string, { readonly round: number; readonly hashes: Hashes }>();

  constructor(render: Render) {
    this.#render = render;
  }

  /** The body, which is sent now. */
  async send(unit: Unit, given: Given): Promise<Buffer> {
    const content = await this.#render(unit, given);
    this.#of(unit).set(given.rejected, Promise.resolve(hash('sha256', content)));
    return content;
  }

  /** Whether they were sent, by an earlier coordinator of the run, too: it wrote the same words. */
  async areOf(sha256: string | undefined, unit: Unit, { parameters, rejected }: Given) {
    if (sha256 === undefined) return false;
    for (let before = rejected; before >= 0; before--) {
      if ((await this.#hashOf(unit, { parameters, rejected: before })) === sha256) return true;
    }
    return false;
  }

  /** Whether they are those that are sent now, and not of a task before. */
  async areLast(sha256: string | undefined, unit: Unit, given: Given): Promise<boolean> {
    return (await this.#hashOf(unit, given)) === sha256;
  }

  /** Whether they are known to have been sent, for a unit that may be done. */
  async wereOf(sha256: string | undefined, { id }: Unit): Promise<boolean> {
    const hashes = [...(this.#sent.get(id)?.hashes.values() ?? [])];
    return sha256 !== undefined && (await Promise.all(hashes)).includes(sha256);
  }

  /** Of earlier rounds; what is asked for all the same is rendered again. */
  forgetBefore(round: number): void {
    for (const [id, sent] of this.#sent) if (sent.round < round) this.#sent.delete(id);
  }

  /** Rendered once, however many ask at a time: each rendering may hold a whole model. */
  #hashOf(unit: Unit, given: Given): Promise<string> {
    const hashes = this.#of(unit);
    const known = hashes.get(given.rejected);
    if (known !== undefined) return known;
    const hashing = this.#render(unit, given).then((content) => hash('sha256', content));
    hashes.set(given.rejected, hashing);
    hashing.catch(() => hashes.delete(given.rejected));
    return hashing;
  }

  #of({ id, round }: Unit): Hashes {
    const sent = this.#sent.get(id) ?? { round, hashes: new Map<number, Promise<string>>() };
    this.#sent.set(id, sent);
    return sent.hashes;
  }
}
