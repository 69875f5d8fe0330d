// Renders what topo migrate does: as text and as JSON. Findings that say the same stand together,
// each with its queues.
import type { MigrationFinding } from '../reconcile/migration.ts';
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { escape } from './escape.ts';
import { renderFileChange } from './file-change.ts';
import { unpainted, type Paint } from './paint.ts';
import { linesOf } from './upgrade.ts';

export interface MigrationReport {
  /** Where the broker is, without credentials, and its version; undefined if none was asked. */
  readonly broker: { readonly endpoint: string; readonly version: string } | undefined;
  readonly files: readonly EditedFile[];
  /** The queues that become quorum queues. */
  readonly going: readonly Address[];
  readonly already: number;
  readonly findings: readonly MigrationFinding[];
  /** What else the edits change, in sentences. */
  readonly notes: readonly string[];
}

interface EditedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

type Effect = MigrationFinding['effect'];

const titles = {
  stays: 'stays classic',
  differs: 'differs',
  note: 'note',
} as const satisfies Record<Effect, string>;

export function renderMigration(report: MigrationReport, paint: Paint): string {
  const { files, findings, notes } = report;
  const changed = files.filter(({ before, after }) => before !== after);
  return [
    paint.bold(titleOf(report)),
    '',
    ...changed.flatMap(({ file, before, after }) => [
      renderFileChange(file, before, after, paint),
      '',
    ]),
    ...notes.map((note) => `note: ${escape(note)}`),
    ...(notes.length > 0 ? [''] : []),
    ...groupsOf(findings).flatMap((group) => [...renderGroup(group, paint), '']),
    summaryOf(report),
  ].join('\n');
}

function titleOf({ broker, files }: MigrationReport): string {
  const names = files.map(({ file }) => escape(file)).join(', ');
  const asked =
    broker === undefined
      ? 'by the files alone: no broker was asked'
      : `RabbitMQ ${broker.version} at ${broker.endpoint}`;
  return `${names} → quorum queues  (${escape(asked)})`;
}

function groupsOf(findings: readonly MigrationFinding[]): MigrationFinding[][] {
  const groups = new Map<string, MigrationFinding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.effect, finding.code, finding.message]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

function renderGroup(group: readonly MigrationFinding[], paint: Paint): string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { effect, code, message, hint } = first;
  const colour = { stays: paint.red, differs: paint.yellow, note: paint.cyan }[effect];
  return [
    `${colour(titles[effect])}: ${escape(message)} [${code}]`,
    ...linesOf(group).map(({ subject, place }) => `  ${escape(`${subject}  ${place}`).trimEnd()}`),
    `  ${paint.cyan('hint')}: ${escape(hint)}`,
  ];
}

function summaryOf({ going, already, findings }: MigrationReport): string {
  const stay = new Set(
    findings.flatMap(({ effect, object }) => (effect === 'stays' && object ? object.address : [])),
  ).size;
  const rest = [
    ...(stay > 0 ? [`${count(stay)} ${stay === 1 ? 'stays' : 'stay'} classic`] : []),
    ...(already > 0 ? [`${count(already)} already ${already === 1 ? 'is' : 'are'}`] : []),
  ];
  const becomes = going.length === 1 ? 'becomes a quorum queue' : 'become quorum queues';
  return [`Migrate: ${plural(going.length, 'queue')} ${becomes}`, ...rest].join(' · ');
}

/** `written`: whether the files have been changed. */
export function renderMigrationJson(report: MigrationReport, written: boolean): string {
  const { broker, files, going, already, findings, notes } = report;
  const told = files.map(({ file, before, after }) => {
    const diff = before === after ? null : renderFileChange(file, before, after, unpainted);
    return { file, changed: before !== after, diff };
  });
  return renderJson(
    { to: 'quorum', broker: broker ?? null, written, files: told, going, already, findings, notes },
    2,
  );
}
