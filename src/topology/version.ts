// Compares versions of RabbitMQ.

/** Negative if the first is older. Only their numbers count: 4.3.0-rc.1 is as new as 4.3. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbersIn(one), numbersIn(other)];
  const nth = left.findIndex((number, index) => number !== right[index]);
  return nth < 0 ? 0 : (left[nth] ?? 0) - (right[nth] ?? 0);
}

/** Major, minor and patch. */
function numbersIn(version: string): number[] {
  const parts = (/^\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.');
  return [0, 1, 2].map((index) => Number(parts[index] ?? 0));
}
