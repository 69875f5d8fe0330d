// The ledger counts each task once, whatever the number of its results or dead letters.

export type Fate = 'result' | 'dead_letter';

export class Ledger {
  readonly results = new Map<string, number>();
  readonly dead = new Map<string, number>();

  /** `again`: the broker delivered the same message before, or may have. */
  add(fate: Fate, id: string, again = false): void {
    const counts = fate === 'result' ? this.results : this.dead;
    const before = counts.get(id) ?? 0;
    if (before > 0 && again) return;
    counts.set(id, before + 1);
  }

  /** Tasks. */
  get size(): number {
    return this.results.size + this.dead.size;
  }

  get duplicates(): number {
    const all = [...this.results.values(), ...this.dead.values()];
    return all.reduce((sum, times) => sum + times - 1, 0);
  }
}
