// Remembers results, so that a task delivered again is not trained again, and the tasks under way
// when the worker was killed. Keeps them in segments that only grow; the oldest goes when there are
// too many.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../messaging/result.generated.ts';
import { AppendLog, type Extent } from '../../disk/append-log.ts';

export interface KeptBounds {
  readonly results: number;
  readonly bytes: number;
}

/** The newest of these are remembered. */
const keptBounds: KeptBounds = { results: 10_000, bytes: 64 * 2 ** 20 };

/** Segments that the bounds are shared out to. */
const segments = 8;

type Line =
  | { readonly kind: 'started'; readonly id: string }
  /** Failed, or handed back: the worker outlived it. */
  | { readonly kind: 'ended'; readonly id: string }
  | { readonly kind: 'crashed'; readonly id: string; readonly times: number }
  | { readonly kind: 'done'; readonly id: string; readonly body: string; readonly result: Result };

interface Segment {
  readonly path: string;
  readonly log: AppendLog;
  results: number;
}

interface Kept {
  readonly segment: Segment;
  /** The digest of the task's body: another task of the same id is trained. */
  readonly body: string;
  readonly extent: Extent;
}

/** The SHA-256 of a task's body. */
export const digestOf = (content: Buffer): string =>
  createHash('sha256').update(content).digest('hex');

export class KeptResults {
  readonly #folder: string;
  readonly #bounds: KeptBounds;
  /** By the task's id, the oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #crashes = new Map<string, number>();
  /** The oldest first; the last is the one that is written to. */
  #segments: Segment[] = [];
  #number = 0;
  #rolling: Promise<Segment> | undefined;

  private constructor(folder: string, bounds: KeptBounds) {
    this.#folder = folder;
    this.#bounds = bounds;
  }

  static async open(folder: string, bounds: KeptBounds = keptBounds): Promise<KeptResults> {
    const kept = new KeptResults(folder, bounds);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await kept.#load();
    return kept;
  }

  /** Undefined if the task was not done here, or too long ago. */
  async find(id: string, body: string): Promise<Result | undefined> {
    const kept = this.#kept.get(id);
    if (kept?.body !== body) return undefined;
    // A segment that is forgotten just now can't be read any more.
    const bytes = await kept.segment.log.read(kept.extent).catch(() => Buffer.alloc(0));
    const line = parseLine(bytes);
    return line?.kind === 'done' ? line.result : undefined;
  }

  has(id: string, body: string): boolean {
    return this.#kept.get(id)?.body === body;
  }

  /** How often the worker ended while it trained the task. */
  crashes(id: string): number {
    return this.#crashes.get(id) ?? 0;
  }

  /**
   * Written, not synced: it outlives the worker, and what the machine takes with it the broker
   * delivers again.
   */
  async started(id: string): Promise<void> {
    await this.#append({ kind: 'started', id });
  }

  async ended(id: string): Promise<void> {
    this.#crashes.delete(id);
    await this.#append({ kind: 'ended', id });
  }

  async keep(id: string, body: string, result: Result): Promise<void> {
    const { segment, extent } = await this.#append({ kind: 'done', id, body, result });
    this.#add(id, { segment, body, extent });
  }

  async close(): Promise<void> {
    await Promise.all(this.#segments.map(({ log }) => log.close()));
  }

  #add(id: string, kept: Kept): void {
    this.#crashes.delete(id);
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    kept.segment.results++;
  }

  async #append(line: Line): Promise<{ segment: Segment; extent: Extent }> {
    const segment = await this.#current();
    return { segment, extent: await segment.log.append(JSON.stringify(line)) };
  }

  async #current(): Promise<Segment> {
    const last = this.#segments.at(-1);
    const isFull =
      last === undefined ||
      last.results >= this.#bounds.results / segments ||
      last.log.size >= this.#bounds.bytes / segments;
    if (!isFull) return last;
    this.#rolling ??= this.#roll().finally(() => (this.#rolling = undefined));
    return this.#rolling;
  }

  async #roll(): Promise<Segment> {
    const segment = await this.#open(++this.#number);
    this.#segments.push(segment);
    while (this.#isTooMuch()) await this.#forgetOldest();
    return segment;
  }

  #isTooMuch(): boolean {
    const bytes = this.#segments.reduce((sum, { log }) => sum + log.size, 0);
    const { results, bytes: most } = this.#bounds;
    return this.#segments.length > 1 && (this.#kept.size > results || bytes > most);
  }

  async #forgetOldest(): Promise<void> {
    const oldest = this.#segments.shift();
    if (oldest === undefined) return;
    for (const [id, { segment }] of this.#kept) if (segment === oldest) this.#kept.delete(id);
    await oldest.log.close();
    await rm(oldest.path, { force: true });
  }

  async #open(number: number): Promise<Segment> {
    const path = join(this.#folder, `${String(number).padStart(8, '0')}.jsonl`);
    return { path, log: await AppendLog.open(path, { sync: false }), results: 0 };
  }

  async #load(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => /^\d+\.jsonl$/.test(name)).sort();
    for (const name of names) {
      this.#number = Number.parseInt(name, 10);
      await this.#loadSegment(await this.#open(this.#number));
    }
    const crashed = [...this.#crashes];
    await this.#roll();
    for (const [id, times] of crashed) await this.#append({ kind: 'crashed', id, times });
    await this.#dropEmpty();
  }

  async #loadSegment(segment: Segment): Promise<void> {
    this.#segments.push(segment);
    const bytes = await readFile(segment.path);
    for (let offset = 0; offset < bytes.length;) {
      const end = bytes.indexOf(10, offset) + 1;
      if (end === 0) return;
      this.#replay(segment, { offset, length: end - offset }, bytes.subarray(offset, end));
      offset = end;
    }
  }

  #replay(segment: Segment, extent: Extent, bytes: Buffer): void {
    const line = parseLine(bytes);
    switch (line?.kind) {
      case 'started':
        this.#crashes.set(line.id, this.crashes(line.id) + 1);
        return;
      case 'crashed':
        this.#crashes.set(line.id, line.times);
        return;
      case 'ended':
        this.#crashes.delete(line.id);
        return;
      case 'done':
        this.#add(line.id, { segment, body: line.body, extent });
        return;
      default:
      // Not ours, or damaged: what is not remembered is trained again.
    }
  }

  /** Of a worker that is killed often, before it has done anything. */
  async #dropEmpty(): Promise<void> {
    const empty = this.#segments.slice(0, -1).filter(({ results }) => results === 0);
    this.#segments = this.#segments.filter((segment) => !empty.includes(segment));
    for (const { log, path } of empty) {
      await log.close();
      await rm(path, { force: true });
    }
  }
}

function parseLine(bytes: Buffer): Line | undefined {
  try {
    return JSON.parse(bytes.toString()) as Line;
  } catch {
    return undefined;
  }
}
