// Brings what is parked to the new queue.
import type { Binding } from '../../topology/object.ts';
import { looksOf } from '../attached.ts';
import { bringBack } from './back.ts';
import { bind, readBindings } from './flip.ts';
import { look } from './look.ts';
import type { Tally, Work } from './work.ts';

export async function bringHome(work: Work, tally: Tally): Promise<void> {
  const { after, parking, planned, returns } = work;
  const { parking: stands } = await look(work);
  const parked = stands === 'there' ? await readBindings(work, parking) : [];
  const here = [...parked.map((binding) => ({ ...binding, destination: after.name }))];
  const there = await readBindings(work, after);
  const attached = new Map([...here, ...there].map((one) => [looksOf(one), [one]] as const));
  const { back, removed } = returns.sort(work, attached);
  tally.removed = removed;
  const going = new Set(planned.deleted.map(looksOf));
  const coming = new Set(back.map(looksOf));
  const isOther = (binding: Binding): boolean =>
    going.has(looksOf(binding)) && !coming.has(looksOf(binding));
  // A binding that no plan knows comes along, too.
  const unknown = here.filter((one) => !coming.has(looksOf(one)) && !isOther(one));
  const bindings = [...back, ...unknown];
  if (stands === 'gone') await bind(work, bindings, after);
  else {
    const others = here.filter(isOther);
    await bringBack(work, tally, { queue: after, bindings, others, isUrgent: false });
  }
  returns.give(bindings);
}
