// Time that passes only from one thing that happens to the next.

interface Appointment {
  readonly at: number;
  readonly act: () => void;
}

export class VirtualClock {
  now = 0;
  /** A heap, the earliest first; of two at the same time the one that was made first. */
  readonly #heap: (Appointment & { readonly order: number })[] = [];
  #made = 0;

  after(delay: number, act: () => void): void {
    const heap = this.#heap;
    heap.push({ at: this.now + delay, act, order: this.#made++ });
    let place = heap.length - 1;
    for (let up = (place - 1) >> 1; place > 0 && this.#isBefore(place, up); up = (place - 1) >> 1) {
      this.#swap(place, up);
      place = up;
    }
  }

  /** Until nothing is to come, or it is so late, or `isOver`. */
  run(until: number, isOver: () => boolean): void {
    for (let next = this.#pop(); next && next.at <= until; next = this.#pop()) {
      this.now = next.at;
      next.act();
      if (isOver()) return;
    }
  }

  #pop(): Appointment | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let place = 0; ;) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      if (left >= heap.length) return first;
      const child = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(child, place)) return first;
      this.#swap(place, child);
      place = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return false;
    return x.at < y.at || (x.at === y.at && x.order < y.order);
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }
}
