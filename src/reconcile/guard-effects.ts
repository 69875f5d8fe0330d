// Refuses changes of policies by which queues would lose messages that they hold.
import { nameInAddress, type Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { quote } from '../topology/quote.ts';
import type { Consents } from './consents.ts';
import { butAgreed, lossFlag, withMargin } from './loss.ts';
import type { Effect, Refusal } from './plan.generated.ts';
import type { Step } from './step.ts';

type Loss = NonNullable<Effect['loss']>;

export function guardEffects({ steps }: { steps: readonly Step[] }, consents: Consents): Refusal[] {
  return steps.flatMap(({ address, effect }) => {
    const refusal = effect?.loss && refuse(address, effect.loss, consents);
    return refusal === undefined ? [] : [{ ...refusal, address }];
  });
}

function refuse(address: Address, loss: Loss, { messageLoss }: Consents): Refusal | undefined {
  const agreed = messageLoss.get(address);
  if (agreed === 'all') return undefined;
  const limit = typeof agreed === 'number' ? agreed : undefined;
  if (loss.uncounted > 0) {
    const { why, hint } = loss.unknown ?? {};
    const otherwise = `leave the policy as it is, or ${lossFlag(address, 'all')}`;
    return {
      code: 'unknown-loss',
      reason: `${queuesOf(loss)} would lose messages, and topo can't count them${why === undefined ? '' : `: ${why}`}`,
      hint: hint === undefined ? otherwise : `${hint}, ${otherwise}`,
    };
  }
  if (loss.messages <= (limit ?? 0)) return undefined;
  const bound = limit === undefined ? 'as-shown' : withMargin(loss.messages);
  return {
    code: 'messages',
    reason: `${plural(loss.messages, 'message')} of ${queuesOf(loss)} would be lost${limit === undefined ? '' : butAgreed(limit)}`,
    hint: `drain the queues first, leave the policy as it is, or ${lossFlag(address, bound)}`,
  };
}

/** Such as: queue "orders" (max-length 10) and 2 others. */
function queuesOf({ queues, some }: Loss): string {
  const [first] = some;
  if (first === undefined) return plural(queues, 'queue');
  const others =
    queues === 1 ? '' : ` and ${count(queues - 1)} ${queues === 2 ? 'other' : 'others'}`;
  return `queue ${quote(nameInAddress(first.address))}${others} (${first.by})`;
}
