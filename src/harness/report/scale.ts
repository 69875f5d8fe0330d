// Places values on an axis, and chooses which are written at it.

/** About `most` evenly spaced values in the range that are short to write. */
export function ticksOf(from: number, to: number, most: number): number[] {
  const step = evenStep((to - from) / most);
  if (!Number.isFinite(step) || step <= 0) return [from];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const digits = Math.max(0, Math.ceil(-Math.log10(step)));
  return Array.from({ length: Math.min(last - first + 1, 3 * most) }, (_, n) =>
    digits > 15 ? (first + n) * step : Number(((first + n) * step).toFixed(digits)),
  );
}

function evenStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export function wholeTicksOf(from: number, to: number, most: number): number[] {
  return ticksOf(from, to, most).filter((tick) => Number.isInteger(tick));
}

const second = 1_000;
const steps = [
  ...[10, 20, 50, 100, 200, 500].map((ms) => ms),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800].map((s) => s * second),
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240].map((h) => h * 3_600 * second),
];

/** Of a clock that starts at 0; all in milliseconds. */
export function clockTicksOf(to: number, most: number): number[] {
  const step = steps.find((one) => to / one <= most) ?? to / most;
  return Array.from({ length: Math.floor(to / step) + 1 }, (_, n) => n * step);
}

/** Tenths of a per mille are finer than any screen. */
export const percent = (share: number): string => `${Number((100 * share).toFixed(3))}%`;

/** The smallest and the largest; undefined of none. Of any number, which Math.max does not take. */
export function rangeOf(values: Iterable<number>): readonly [number, number] | undefined {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? [least, most] : undefined;
}
