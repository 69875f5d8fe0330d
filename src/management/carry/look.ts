// Finds how far an earlier run, or this one, has come.
import { canonicalObject, isEqual, isMet } from '../../topology/normal-form.ts';
import { quote } from '../../topology/quote.ts';
import { ChangedSince } from '../../reconcile/broker.ts';
import { readNamed } from '../look.ts';
import { Stays, Unseen } from '../stays.ts';
import type { Work } from './work.ts';

export interface Stands {
  readonly queue: 'before' | 'gone' | 'after';
  readonly parking: 'there' | 'gone';
}

/** Throws ChangedSince or Stays if a queue is none of these, Unseen if no answer tells. */
export async function look(work: Work): Promise<Stands> {
  return { queue: await lookAtQueue(work), parking: await lookAtParking(work) };
}

async function lookAtQueue({ client, before, after }: Work): Promise<Stands['queue']> {
  const found = await readNamed(client, before);
  if (found.kind === 'unknown') throw new Unseen(before, found.why);
  if (found.kind === 'gone') return 'gone';
  if (isMet(found.object, after)) return 'after';
  const isSame =
    found.object !== undefined && canonicalObject(found.object) === canonicalObject(before);
  if (isSame) return 'before';
  throw new ChangedSince(before);
}

async function lookAtParking({ client, before, parking }: Work): Promise<Stands['parking']> {
  const found = await readNamed(client, parking);
  const name = quote(parking.name);
  if (found.kind === 'unknown') throw new Unseen(before, found.why, `queue ${name}`);
  if (found.kind === 'gone') return 'gone';
  if (found.object !== undefined && isEqual(found.object, parking)) return 'there';
  throw new Stays(before, `queue ${name} is another than planned`, 'delete it, or plan again');
}
