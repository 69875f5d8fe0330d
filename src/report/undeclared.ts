// Lists bindings into declared objects that no file declares, for every format.
import type { Plan } from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import { describeWay } from './describe.ts';

export interface UndeclaredNote {
  /** Such as `2 undeclared bindings into`. */
  readonly what: string;
  /** Destination and sources; names and keys, unescaped. */
  readonly into: string;
  readonly from: readonly string[];
  /** Such as `… and 3 more`; empty if all are named. */
  readonly more: string;
}

const mostNotes = 20;
const mostWays = 5;
const longestWay = 120;

/** Limited; the last note says how much it leaves out. */
export function undeclaredNotes({ undeclared_bindings: all, vhost }: Plan): UndeclaredNote[] {
  const notes = all.slice(0, mostNotes).map(({ count, first }): UndeclaredNote => {
    const ways = first.slice(0, mostWays).map(describeWay);
    return {
      what: `${plural(count, 'undeclared binding')} into`,
      into: nameOf(first[0] ?? {}, vhost),
      from: ways.map(cut),
      more: count > ways.length ? `… and ${plural(count - ways.length, 'other')}` : '',
    };
  });
  const rest = all.slice(mostNotes).reduce((sum, { count }) => sum + count, 0);
  if (rest === 0) return notes;
  const into = plural(all.length - mostNotes, 'other destination');
  const what = `${plural(rest, 'undeclared binding')} into ${into} (--format json has all)`;
  return [...notes, { what, into: '', from: [], more: '' }];
}

export const undeclaredHint =
  'no file declares them: add them, or own the bindings there with bindings_into, which deletes the others';

function nameOf(fields: Record<string, unknown>, vhost: string): string {
  const kind = fields['destination_type'] === 'exchange' ? 'exchange ' : '';
  const where = fields['vhost'] === vhost ? '' : ` (vhost ${String(fields['vhost'])})`;
  return `${kind}${String(fields['destination'])}${where}`;
}

const cut = (way: string): string =>
  way.length > longestWay ? `${way.slice(0, longestWay)}…` : way;
