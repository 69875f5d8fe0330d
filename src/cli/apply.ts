// topo apply: makes the broker match the files, or carries out a saved plan. topo destroy: deletes
// what the files declare.
import type { ConnectionFlags } from '../connection/connection.ts';
import type { SecretsFolder } from '../disk/secrets-folder.ts';
import { asAnother } from '../reconcile/destroy.ts';
import { fromFiles, fromSaved, type PlanSource } from '../reconcile/source.ts';
import { carryOut, reportNotRun } from './carry-out.ts';
import type { Session } from './connect.ts';
import { withInput } from './early.ts';
import { connectionOf, connectionOfSaved } from './environment-endpoint.ts';
import {
  parseDrainTimeout,
  parseExpected,
  parseLockTimeout,
  parseParallelism,
  type ApplyFlags,
} from './apply-flags.ts';
import { parseConsents } from './consent-flags.ts';
import { selectionOf, wrongFlag } from './flags.ts';
import { lock, lockEarly } from './lock.ts';
import { withPlannedSecrets } from './planned-secrets.ts';
import { readSettled } from './put-back.ts';
import {
  assertPlaceForPasswords,
  openSecrets,
  passwordMaker,
  withPasswordFiles,
  withPlannedPasswords,
} from './passwords.ts';
import { readDestroyed, readFiles } from './read-files.ts';
import { readSavedPlan } from './read-plan.ts';
import { reportingErrors } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { readEarlier } from './unfinished.ts';
import { findNodes } from './verify-nodes.ts';
import { assertWritable } from './write-file.ts';

export async function apply(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.report !== undefined) await assertWritable('--report', flags.report);
  return reportingErrors(flags, terminal, () => applyFiles(files, flags, terminal));
}

async function applyFiles(
  files: readonly string[],
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<number> {
  const parallel = parseParallelism(flags);
  parseExpected(flags);
  parseDrainTimeout(flags);
  parseLockTimeout(flags);
  const secrets = await openSecrets(flags);
  const input = {
    read: () => readSource(files, secrets, flags, terminal),
    connectionFor: ({ connection }: Given) => connection,
    // What others write after the lists were made, and before the lock was taken, is not in them.
    mayReadAhead: async (session: Session, vhost: string) =>
      flags.yes !== true || lockEarly(vhost, session, flags),
  };
  const work = async (session: Session, { sourceFor }: Given) => {
    const source = sourceFor(session);
    if (flags.yes === true) await lock(source, session, flags);
    const nodes = await findNodes(flags, session);
    const found = await readSettled(source, session, flags, terminal);
    const settled = { ...found, ...(nodes && { nodes }) };
    assertPlaceForPasswords(settled.plan, flags);
    if (!settled.agreed) return reportNotRun(settled, flags, terminal);
    return carryOut(settled, source, session, flags, terminal);
  };
  const makePassword = passwordMaker(secrets, terminal);
  return withInput(files, flags, terminal, input, work, { parallel, makePassword });
}

interface Given {
  readonly connection: ConnectionFlags;
  readonly sourceFor: (session: Session) => PlanSource;
}

/** Finds everything wrong with the input before asking the broker. */
async function readSource(
  files: readonly string[],
  secrets: SecretsFolder | undefined,
  flags: ApplyFlags,
  terminal: Terminal,
): Promise<Given> {
  const consents = parseConsents(flags);
  if (flags.destroy && consents.self)
    throw wrongFlag('topo destroy never deletes the user that topo runs as', asAnother);
  const saved = flags.destroy ? undefined : await readSavedPlan(files);
  const earlier = await readEarlier(flags.giveUp);
  if (saved) {
    forbidChoosing(flags);
    const known = withPlannedSecrets(saved, terminal.env);
    const whole = await withPlannedPasswords(known, secrets, terminal);
    const sourceFor = ({ broker, connection: { endpoint } }: Session) =>
      fromSaved(whole, broker, { endpoint, consents, earlier });
    return { connection: connectionOfSaved(flags, saved), sourceFor };
  }
  const read = flags.destroy ? readDestroyed : readFiles;
  const desired = await withPasswordFiles(await read(files, flags, terminal), secrets);
  const selection = selectionOf(flags);
  const sourceFor = ({ broker, connection: { endpoint } }: Session) =>
    fromFiles(desired, broker, { endpoint, selection, consents, earlier });
  return { connection: connectionOf(flags, desired), sourceFor };
}

/** A saved plan is carried out whole, as it was reviewed. */
function forbidChoosing(flags: ApplyFlags): void {
  const { only, target, var: vars, varFile, allowEnv, environment } = flags;
  const chosen = [only, environment, ...target, ...vars, ...varFile, ...allowEnv];
  if (chosen.every((one) => one === undefined)) return;
  throw wrongFlag(
    'a saved plan is carried out as it is, without --environment, --only, --target, --var, --var-file or --allow-env',
    'give them to topo plan --out',
  );
}
