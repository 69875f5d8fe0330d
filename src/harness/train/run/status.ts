// status.json: how a run is going, for others to read. The run itself doesn't read it.
import { isRecord } from '../../../topology/json.ts';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../../disk/replace-file.ts';
import { ExpectedError } from '../../../topology/problem.ts';
import type { Time } from '../model/records.ts';

export interface WorkerStatus {
  readonly name: string;
  readonly queue: string;
  readonly state: 'idle' | 'busy' | 'silent' | 'draining';
  /** The ids of the units that it trains. */
  readonly units: readonly string[];
}

export interface RoundStatus {
  readonly round: number;
  /** When it was closed. */
  readonly at: Time;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface Status {
  readonly run: string;
  /** Of the coordinator. */
  readonly pid: number;
  readonly state: 'running' | 'finished' | 'failed' | 'interrupted' | 'abandoned';
  /** Why it failed, or could not go on. */
  readonly reason?: string;
  /** The one under way, from 0. */
  readonly round: number;
  readonly rounds: number;
  /** Shards of this round whose result counts already, of `shards`. */
  readonly done: number;
  readonly shards: number;
  /** Of the last closed round. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The newest of the evaluations; undefined before the first. */
  readonly evaluation?: Pick<RoundStatus, 'round' | 'metrics'>;
  /** The closed rounds, oldest first. */
  readonly history: readonly RoundStatus[];
  readonly workers: readonly WorkerStatus[];
  /** How many names were reported that are no workers of this run, if any. */
  readonly strangers?: number;
  readonly started_at: Time;
  /** When this was so. */
  readonly at: Time;
  readonly eta_seconds?: number;
}

const fileName = 'status.json';
const version = 1;
/** Milliseconds. */
const writeEvery = 500;

/** Writes the latest status, at most twice a second. */
export class StatusWriter {
  readonly #file: string;
  readonly #onFault: (error: unknown) => void;
  #next: Status | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** `folder`: the run's. `onFault` hears of the first status that can't be written. */
  constructor(folder: string, onFault: (error: unknown) => void) {
    this.#file = join(folder, fileName);
    let isTold = false;
    this.#onFault = (error) => {
      if (!isTold) onFault(error);
      isTold = true;
    };
  }

  tell(status: Status): void {
    this.#next = status;
    if (this.#timer === undefined) this.#write();
  }

  /** Settles once the last status is written. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    clearTimeout(this.#timer);
    await this.#writing;
  }

  #write(): void {
    this.#timer = undefined;
    const status = this.#next;
    if (status === undefined) return;
    this.#next = undefined;
    this.#timer = setTimeout(() => this.#write(), writeEvery);
    const text = `${JSON.stringify({ version, ...status })}\n`;
    // A disk that is full stops no run for this: the next status may fit.
    this.#writing = this.#writing
      .then(() => replaceFile(this.#file, text, { sync: false }))
      .catch(this.#onFault);
  }
}

/**
 * Undefined if the folder has none. A run whose coordinator is gone is interrupted, whatever it
 * said last. Throws ExpectedError if the file is no status.
 */
export async function readStatus(folder: string): Promise<Status | undefined> {
  const file = join(folder, fileName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ExpectedError(`${file} can't be read: ${code}`);
  });
  if (text === undefined) return undefined;
  const status = parseStatus(text);
  if (status === undefined) {
    const hint = 'the next status that the coordinator writes replaces it';
    throw new ExpectedError(`${file} is no status of this version`, { hint });
  }
  return status.state === 'running' && !isAlive(status.pid)
    ? { ...status, state: 'interrupted' }
    : status;
}

/** Undefined if it is none. */
export function parseStatus(text: string): Status | undefined {
  try {
    const found: unknown = JSON.parse(text);
    if (!isRecord(found) || found['version'] !== version) return undefined;
    const status = Object.fromEntries(Object.entries(found).filter(([name]) => name !== 'version'));
    return isStatus(status) ? status : undefined;
  } catch {
    return undefined;
  }
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isMetrics: Check = (value) =>
  // What is not finite is null in JSON.
  isRecord(value) && Object.values(value).every((one) => one === null || isNumber(one));
const oneOf =
  (...choices: string[]): Check =>
  (value) =>
    choices.includes(value as string);
const listOf =
  (isOne: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isOne);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, isField]) => isField(value[name]));

const states = ['running', 'finished', 'failed', 'interrupted', 'abandoned'];
const isShaped = shape({
  run: isText,
  pid: isCount,
  state: oneOf(...states),
  started_at: isNumber,
  at: isNumber,
  round: isCount,
  rounds: isCount,
  done: isCount,
  shards: isCount,
  metrics: isMetrics,
  history: listOf(shape({ round: isCount, at: isNumber, metrics: isMetrics })),
  workers: listOf(
    shape({
      name: isText,
      queue: isText,
      units: listOf(isText),
      state: oneOf('idle', 'busy', 'silent', 'draining'),
    }),
  ),
  evaluation: (value) =>
    value === undefined || shape({ round: isCount, metrics: isMetrics })(value),
  strangers: (value) => value === undefined || isCount(value),
  eta_seconds: (value) => value === undefined || isNumber(value),
  reason: (value) => value === undefined || isText(value),
});
const isStatus = (value: object): value is Status => isShaped(value);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and another's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
