// Reads edited files once more before they are written: nothing but the queues' types may differ.
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import { canonicalObject } from '../topology/normal-form.ts';
import { ExpectedError } from '../topology/problem.ts';

export function assertOnlyRetyped(
  before: Desired,
  after: Desired,
  going: ReadonlySet<Address>,
): void {
  const addresses = new Set([...before.objects.keys(), ...after.objects.keys()]);
  for (const address of addresses) {
    const [was, is] = [before, after].map(({ objects }) => objects.get(address)?.object);
    const isRight = going.has(address)
      ? is?.kind === 'queue' && is.type === 'quorum'
      : was !== undefined && is !== undefined && canonicalObject(was) === canonicalObject(is);
    if (isRight) continue;
    throw new ExpectedError(`the edited files would not declare ${address} as they should`, {
      hint: 'nothing was written; change x-queue-type by hand, or leave the queue out with --match',
    });
  }
}
