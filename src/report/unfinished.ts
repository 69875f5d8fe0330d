// Describes unfinished applies in text and Markdown: which, since when, what is left to do, and how
// to finish it.
import type { Unfinished } from '../reconcile/plan.generated.ts';
import { authorOfApply, nameOfApply, timeOfApply } from '../reconcile/record.ts';
import type { Plan } from '../reconcile/step.ts';
import { count, plural } from '../topology/count.ts';
import { escape } from './escape.ts';

type CarriedOver = NonNullable<Unfinished['carried_over']>[number];

export interface Told {
  readonly heading: string;
  readonly sentences: readonly string[];
  /** The first few addresses. */
  readonly back: readonly string[];
  readonly lost: readonly string[];
}

export function tellUnfinished({ unfinished }: Plan, now: Date): Told[] {
  return unfinished.map((one) => ({
    heading: `${nameOfApply(one)} has not ended: it was interrupted, or is still running`,
    sentences: [whenAndWho(one, now), ...howFar(one), ...whatNext(one)],
    back: firstOf(one.put_back),
    lost: firstOf(one.lost),
  }));
}

function whenAndWho(one: Unfinished, now: Date): string {
  const where = one.kept === 'broker' ? 'on the broker' : `in ${one.kept}`;
  const when = `${timeOfApply(one)} (${ago(one.started, now)})`;
  return `started ${when}${authorOfApply(one)}, recorded ${where}`;
}

function howFar({ replaced }: Unfinished): string[] {
  const { done, away, not_begun, changed } = replaced;
  const all = done + away + not_begun + changed;
  if (all === 0) return [];
  const parts = [
    ...(done > 0 ? [`${count(done)} done`] : []),
    ...(away > 0 ? [`${count(away)} away`] : []),
    ...(not_begun > 0 ? [`${count(not_begun)} not begun`] : []),
    ...(changed > 0 ? [`${count(changed)} changed by others since`] : []),
  ];
  return [`of ${plural(all, 'replacement')}: ${parts.join(', ')}`];
}

function whatNext({ id, put_back, carried_over = [], lost }: Unfinished): string[] {
  const back = `topo apply first puts back ${plural(put_back.length, 'object')} that it deleted, even if something is refused below`;
  const gone = `${plural(lost.length, 'binding')} can't come back, as an end is gone: declare that end again, or topo apply --give-up ${id}`;
  if (put_back.length + carried_over.length + lost.length === 0)
    return [
      'nothing that it deleted is missing: the rest of its work is below, as far as these files declare it',
    ];
  return [
    ...(put_back.length > 0 ? [back] : []),
    ...carried_over.map(carriedOver),
    ...(lost.length > 0 ? [gone] : []),
  ];
}

/** What waits in a parking queue is never given up. */
function carriedOver({ address, parking, messages }: CarriedOver): string {
  const held = plural(messages, 'message');
  const wait = messages === 1 ? 'waits' : 'wait';
  return `topo apply first goes on carrying over ${address}: ${held} ${wait} in ${parking}`;
}

const shownAddresses = 20;

const firstOf = (addresses: readonly string[]): string[] =>
  addresses.length <= shownAddresses
    ? [...addresses]
    : [
        ...addresses.slice(0, shownAddresses),
        `… and ${count(addresses.length - shownAddresses)} more`,
      ];

/** Reports what was put back. */
export function renderPutBack(unfinished: readonly Unfinished[]): string {
  return unfinished
    .flatMap((one) => [
      ...(one.put_back.length === 0
        ? []
        : [
            `Put back: ${plural(one.put_back.length, 'object')} that ${nameOfApply(one)} had deleted`,
          ]),
      ...(one.carried_over ?? []).map(
        ({ address }) => `Carried over: ${address}, which ${nameOfApply(one)} had begun`,
      ),
    ])
    .map(escape)
    .join('\n');
}

const units = [
  { name: 'days', seconds: 86_400, from: 172_800 },
  { name: 'h', seconds: 3_600, from: 7_200 },
  { name: 'min', seconds: 60, from: 120 },
  { name: 's', seconds: 1, from: 1 },
] as const;

/** Says how long ago a time was, such as `12 min ago`. The clocks of two machines may differ. */
export function ago(time: string, now: Date): string {
  const seconds = Math.floor((now.getTime() - Date.parse(time)) / 1_000);
  const unit = units.find(({ from }) => seconds >= from);
  return unit === undefined ? 'just now' : `${Math.floor(seconds / unit.seconds)} ${unit.name} ago`;
}
