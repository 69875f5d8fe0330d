// Compares versions of RabbitMQ.

/** The versions from `since` on and before `until`; every version if neither is given. */
export interface Span {
  readonly since?: string;
  readonly until?: string;
}

export const always: Span = {};

/** A pre-release such as 4.3.0-rc.1 counts as its release. */
export function isWithin(version: string, { since, until }: Span): boolean {
  return (
    (since === undefined || compare(version, since) >= 0) &&
    (until === undefined || compare(version, until) < 0)
  );
}

function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const at = [0, 1, 2].find((n) => left[n] !== right[n]);
  return at === undefined ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

const partsOf = (version: string): number[] =>
  [...version.split('.', 3), '0', '0'].slice(0, 3).map((part) => Number.parseInt(part, 10) || 0);
