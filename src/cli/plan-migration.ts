// Finds what topo migrate would change in the files, and what is to be said about it.
import { retypeQueues, type Left } from '../file/retype-queues.ts';
import { findCandidates } from '../reconcile/migrate.ts';
import { findingsOf } from '../reconcile/migration.ts';
import type { MigrationReport } from '../report/migrate.ts';
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Asked } from './read-witness.ts';

export function planMigration(
  desired: Desired,
  asked: Asked | undefined,
  match: readonly string[],
): MigrationReport {
  const found = findCandidates(desired, asked?.witness, match);
  const able = found.classic.filter(({ obstacles }) => obstacles.length === 0);
  const wanted = new Map(able.map(({ address, after }) => [address, after]));
  const left = new Map<Address, Left>();
  const notes: string[] = [];
  const files = [...desired.sources].flatMap(([file, before]) => {
    if (!desired.files.has(file)) return [];
    const retyped = retypeQueues(file, desired, wanted);
    for (const [address, why] of retyped.left) left.set(address, why);
    notes.push(...retyped.notes.map((note) => `${file}, ${note}`));
    return { file, before, after: retyped.text };
  });
  const going = [...wanted.keys()].filter((address) => !left.has(address));
  const findings = findingsOf(found, left, desired, asked?.witness);
  const version = asked?.witness.live.broker.version ?? '';
  const broker = asked && { endpoint: asked.endpoint, version };
  return { broker, files, going, already: found.already, findings, notes };
}
