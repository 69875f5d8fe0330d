// exp and log from sums, products and quotients alone, which IEEE 754 fixes to the bit. Math.exp
// and Math.log may differ in the last bit between engines or processors.

/** ln 2 in two parts: multiples of the first, up to 2^20 of them, are exact. */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** Below, e^x is smaller than any number that matters beside 1. */
const least = -700;

/** 2^-k for k from 0 to 1023: each is exactly half of the one before. */
const halves = new Float64Array(1024).fill(1);
for (let k = 1; k < halves.length; k += 1) halves[k] = (halves[k - 1] ?? 0) / 2;

/** e^x for x up to 0, within a few units of the last place. */
export function expOfNegative(x: number): number {
  if (x < least) return 0;
  const doublings = Math.floor(0.5 - x / (ln2High + ln2Low));
  const rest = x + doublings * ln2High + doublings * ln2Low;
  let sum = 1;
  for (let n = 14; n > 0; n -= 1) sum = 1 + (sum * rest) / n;
  return sum * (halves[doublings] ?? 0);
}

/** ln x for x from 1, within a few units of the last place. */
export function logFromOne(x: number): number {
  let [mantissa, doublings] = [x, 0];
  for (; mantissa > Math.SQRT2; mantissa /= 2) doublings += 1;
  const t = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let n = 25; n > 0; n -= 2) sum = sum * t * t + 1 / n;
  return 2 * t * sum + doublings * (ln2High + ln2Low);
}
