// Lives through cases by their numbers, and finds the one to blame if some fail.
import fc from 'fast-check';
import { toText } from './definitions.ts';
import { cases, type Case } from './draw.ts';
import { liveThrough } from './lives.ts';

export interface Draw {
  readonly seed: number;
  /** The number of the first case. */
  readonly from: number;
  readonly count: number;
}

/** What the environment says, to run other cases, or some again. */
export function drawOf({ seed, count }: Omit<Draw, 'from'>): Draw {
  const { TOPO_TEST_SEED, TOPO_TEST_FROM = 0, TOPO_TEST_CASES } = process.env;
  return {
    seed: Number(TOPO_TEST_SEED ?? seed),
    from: Number(TOPO_TEST_FROM),
    count: Number(TOPO_TEST_CASES ?? count),
  };
}

type Numbered = readonly [number: number, one: Case];

/** `atOnce`: how many cases are on the broker together. */
export async function liveThroughAll({ seed, from, count }: Draw, atOnce: number): Promise<void> {
  const all = fc
    .sample(cases, { seed, numRuns: from + count })
    .map((one, at) => [at, one] as const);
  for (let at = from; at < all.length; at += atOnce) {
    const batch = all.slice(at, at + atOnce);
    const failure = await tryOut(batch);
    if (failure !== undefined) throw await blame(batch, failure, seed);
  }
}

const tryOut = (batch: readonly Numbered[]): Promise<unknown> =>
  liveThrough(batch.map(([, one]) => one)).then(
    () => undefined,
    (error: unknown) => error,
  );

/** Halves the batch as long as a half fails, too. Its cause is the failure of the whole. */
async function blame(batch: readonly Numbered[], failure: unknown, seed: number): Promise<Error> {
  const { least, why } = await leastOf(batch, failure);
  const [[from, first] = [0]] = least;
  const how = `TOPO_TEST_SEED=${seed} TOPO_TEST_FROM=${from} TOPO_TEST_CASES=${least.length}`;
  const what = least.length === 1 ? toText(first) : 'no half of them fails';
  return new Error(`${messageOf(why)}\nAgain: ${how}\n${what}`, { cause: failure });
}

async function leastOf(
  batch: readonly Numbered[],
  why: unknown,
): Promise<{ readonly least: readonly Numbered[]; readonly why: unknown }> {
  const middle = Math.ceil(batch.length / 2);
  for (const half of batch.length > 1 ? [batch.slice(0, middle), batch.slice(middle)] : []) {
    const again = await tryOut(half);
    if (again !== undefined) return leastOf(half, again);
  }
  return { least: batch, why };
}

const messageOf = (failure: unknown): string =>
  failure instanceof Error ? failure.message : String(failure);
