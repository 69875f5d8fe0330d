// Spans of versions of RabbitMQ.
import { compareVersions } from './version.ts';

/** The versions from `since` on and before `until`; every version if neither is given. */
export interface Span {
  readonly since?: string;
  readonly until?: string;
}

export const always: Span = {};

/** A pre-release such as 4.3.0-rc.1 counts as its release. */
export function isWithin(version: string, { since, until }: Span): boolean {
  return (
    (since === undefined || compareVersions(version, since) >= 0) &&
    (until === undefined || compareVersions(version, until) < 0)
  );
}

/** Such as: from 3.12 until 4.0. */
export function renderSpan({ since, until }: Span): string {
  if (since === undefined) return `before ${until ?? ''}`;
  return until === undefined ? `since ${since}` : `from ${since} until ${until}`;
}
