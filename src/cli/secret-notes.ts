// Says which secrets a file that topo writes doesn't have.
import type { NamedSecret, SecretKeeper } from '../file/secret-fields.ts';
import { escape } from '../report/escape.ts';
import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import { isVeiled } from '../topology/secret-values.ts';
import type { Terminal } from './terminal.ts';

export function tellSecrets({ named }: SecretKeeper, terminal: Terminal): void {
  for (const one of named) terminal.complain(`note: ${escape(asNote(one))}`);
}

/** Secrets are never printed, not even those that stand in the files. */
export function asNote({ field, variable, needsLeave }: NamedSecret): string {
  const leave = needsLeave ? `, with --allow-env ${variable}` : '';
  return `the ${field} is not printed: set ${variable} to it where the rendered file is used${leave}`;
}

/** Definitions can't name variables. */
export const stripNotes = (objects: readonly TopologyObject[]): string[] =>
  objects
    .filter(
      (one) => (one.kind === 'parameter' || one.kind === 'global_parameter') && isVeiled(one.value),
    )
    .map((one) => `user, password and the like are left out of ${addressOf(one)}: add them`);
