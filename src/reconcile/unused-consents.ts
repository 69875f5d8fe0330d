// A consent that no step needs is most likely a mistyped address, and the refusal it was to lift stands.
import type { Consents } from './guard.ts';
import type { Step, Warning } from './plan.generated.ts';

export function warnOfUnusedConsents(steps: readonly Step[], consents: Consents): Warning[] {
  const going = new Set(
    steps.filter(({ kind }) => kind !== 'create').map(({ address }) => address),
  );
  return Object.entries({
    '--allow-message-loss': [...consents.messageLoss.keys()],
    '--allow-disconnect': [...consents.disconnect],
  }).flatMap(([flag, addresses]) =>
    addresses
      .filter((address) => !going.has(address))
      .map((address) => ({
        code: 'unused-consent',
        message: `${flag} ${address}: the plan neither deletes nor replaces it`,
        hint: 'take the address from the plan',
      })),
  );
}
