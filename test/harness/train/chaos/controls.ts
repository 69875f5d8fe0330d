// The coordinator, broken on purpose in five ways, each with the faults that must bring it to
// light.
import type { ChaosBroker } from '../../chaos/chaos-broker.ts';
import { copyCode, deleteCode, type Replacement } from '../../chaos/code.ts';
import type { Drawn } from './draw.ts';
import { runTrainChaos } from './run.ts';

export interface Control {
  readonly name: string;
  readonly replacements: readonly Replacement[];
  readonly drawn: Drawn;
  /** What must be found. */
  readonly violation: RegExp;
}

const worker = { plans: [], settings: { delay: [5, 80] }, pause: 0 } as const;
const calm: Drawn = {
  ...{ store: 'shared', coordinators: [], storm: [] },
  workers: [worker, worker, worker],
};
const dies = (step: string): Drawn => ({
  ...calm,
  coordinators: [{ step, nth: 1, how: 'kill' }],
});
const twins = { ...worker, settings: { ...worker.settings, doubles: 1 } } as const;

export const controls: readonly Control[] = [
  {
    name: "a unit's second result counts, too",
    replacements: [
      {
        file: 'harness/train/core/results.js',
        text: 'const isNeeded = isWanted(draft, unit);\n\tconst { flight, since }',
        by: "const isNeeded = isWanted(draft, unit) || (unit.kind === 'train' && draft.is.phase.kind === 'training' && unit.round === draft.is.round);\n\tconst { flight, since }",
      },
    ],
    drawn: { ...calm, workers: [twins, twins] },
    violation: /is accepted [2-9] times/,
  },
  {
    name: 'sums in the order in which results came',
    replacements: [
      {
        file: 'harness/train/core/rounds.js',
        text: 'const parts = results.filter((result) => result !== void 0);',
        by: 'const parts = results.filter((result) => result !== undefined).sort((a, b) => a.finished_at - b.finished_at);',
      },
    ],
    drawn: calm,
    violation: /another model/,
  },
  {
    name: 'a result is acked before it is in the ledger',
    replacements: [
      {
        file: 'harness/train/shell/candidates.js',
        text: 'await step("stored", unit.id);',
        by: "delivery.ack(); await new Promise((resolve) => setTimeout(resolve, 50)); await step('stored', unit.id);",
      },
    ],
    drawn: dies('stored r1.s1'),
    violation: /had a result when the coordinator died, and is trained again/,
  },
  {
    name: 'no ledger of results',
    replacements: [
      {
        file: 'harness/train/run/ledger.js',
        text: 'await onDisk(this.#path,',
        by: "if (record.kind !== 'accepted') await onDisk(this.#path,",
      },
    ],
    drawn: dies('acked r1.s1'),
    violation: /is accepted 0 times/,
  },
  {
    name: 'a resume begins from nothing',
    replacements: [
      {
        file: 'harness/train/core/resume.js',
        text: 'const accepted = firstOfEach(ofKind(records, "accepted"), ({ unit }) => unit.id);',
        by: 'const accepted = [];',
      },
    ],
    drawn: dies('acked r1.s1'),
    violation:
      /r1\.s1 (is accepted 2 times|had a result when the coordinator died, and is trained again)/,
  },
];

/** What comes to light, of up to three runs: what comes first in one is up to chance. */
export async function runControl(
  { replacements, drawn, violation }: Control,
  broker: ChaosBroker,
): Promise<string> {
  const code = await copyCode(replacements);
  let found = '';
  for (let run = 1; run <= 3 && !violation.test(found); run++) {
    const { violations } = await runTrainChaos({ seed: 1, drawn, broker, code });
    found = violations.join('\n');
  }
  await deleteCode(code);
  return found;
}
