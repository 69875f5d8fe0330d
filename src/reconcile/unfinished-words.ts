// Names an unfinished apply, for people who didn't start it.
import type { Record } from './record.ts';

type Named = Pick<Record, 'id' | 'started' | 'files' | 'user' | 'host'>;

/** Such as `apply 8f1c2a9-04d1b7e2 of orders.yaml`. */
export const nameOfApply = ({ id, files = [] }: Named): string =>
  `apply ${id}${files.length === 0 ? '' : ` of ${files.join(', ')}`}`;

/** In UTC, to the second. */
export const timeOfApply = ({ started }: Named): string =>
  started.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** Such as ` by deploy on build-7`; empty if the record doesn't say. */
export function authorOfApply({ user, host }: Named): string {
  return `${user === undefined ? '' : ` by ${user}`}${host === undefined ? '' : ` on ${host}`}`;
}
