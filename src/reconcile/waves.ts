// Groups steps that can run side by side: each wave starts when the one before has ended.
import type { Grantee } from '../topology/grant.ts';
import { phaseOf } from './order.ts';
import { hasOwnRequest, needsOf, type Step } from './step.ts';

/**
 * Groups the steps with a request of their own: phase by phase, and within a phase by what they
 * need.
 */
export function inWaves(steps: readonly Step[], self?: Grantee): Step[][] {
  const phases: Step[][] = [];
  for (const step of steps.filter(hasOwnRequest)) {
    (phases[phaseOf(step, self)] ??= []).push(step);
  }
  return phases.flatMap(wavesOf);
}

function wavesOf(phase: readonly Step[]): Step[][] {
  const waves: Step[][] = [];
  let rest = phase;
  while (rest.length > 0) {
    const waiting = new Set(rest.map(({ address }) => address));
    const ready = rest.filter((step) =>
      needsOf(step).every(({ kind, address }) => kind !== 'step' || !waiting.has(address)),
    );
    const wave = ready.length > 0 ? ready : rest.slice(0, 1);
    waves.push(wave);
    const started = new Set(wave);
    rest = rest.filter((step) => !started.has(step));
  }
  return waves;
}
