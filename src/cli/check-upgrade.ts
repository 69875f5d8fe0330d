// topo check-upgrade: shows what another version of RabbitMQ would refuse, ignore or treat
// differently, of files or of a live broker.
import type { ConnectionFlags } from '../connection/connection.ts';
import {
  findForClients,
  findUpgrade,
  upgradeOfBroker,
  upgradeOfFiles,
  type Upgraded,
} from '../reconcile/upgrade.ts';
import { renderWarnings } from '../report/problems.ts';
import { renderUpgradeJson, renderUpgradeText, type UpgradeReport } from '../report/upgrade.ts';
import { differingKinds } from '../topology/effects.ts';
import { knownReleases, toVersion } from '../topology/releases.ts';
import { exit } from './exit.ts';
import { wrongFlag, type FileFlags } from './flags.ts';
import { readFiles } from './read-files.ts';
import { readExported } from './read-live.ts';
import type { Terminal } from './terminal.ts';

export interface CheckUpgradeFlags extends ConnectionFlags, FileFlags {
  readonly to: string;
  readonly live?: boolean;
  readonly vhost: readonly string[];
  readonly format: 'text' | 'json' | 'markdown';
  readonly detailedExitcode?: boolean;
}

export async function checkUpgrade(
  files: readonly string[],
  flags: CheckUpgradeFlags,
  terminal: Terminal,
): Promise<number> {
  const to = versionOf(flags.to);
  forbidContradictions(files, flags);
  const { what, upgraded } =
    flags.live === true
      ? await readBroker(flags, terminal)
      : await readDeclared(files, flags, terminal);
  const report = {
    ...{ what, from: upgraded.from, to, checked: upgraded.objects.length },
    unread: upgraded.unread,
    findings: findUpgrade(upgraded, to),
    clients: findForClients(upgraded.from, to),
  };
  terminal.print(await render(report, flags, terminal));
  const hasFound = flags.detailedExitcode === true && report.findings.length > 0;
  return hasFound ? exit.changes : exit.done;
}

function versionOf(text: string): string {
  const version = toVersion(text);
  if (version !== undefined) return version;
  const known = `topo knows ${knownReleases.join(', ')}`;
  throw wrongFlag(`--to ${text} is no version of RabbitMQ that topo knows`, known);
}

function forbidContradictions(
  files: readonly string[],
  { live, vhost, environment }: CheckUpgradeFlags,
): void {
  if (live === true && files.length > 0)
    throw wrongFlag('--live reads the broker, and no files', 'leave either out');
  if (live === true && environment !== undefined)
    throw wrongFlag(
      '--live reads no file of an environment',
      'leave --environment out, and name its broker with --endpoint',
    );
  if (live !== true && vhost.length > 0)
    throw wrongFlag('--vhost goes with --live', 'add --live, or leave it out');
}

interface Read {
  readonly what: string;
  readonly upgraded: Upgraded;
}

async function readBroker(flags: CheckUpgradeFlags, terminal: Terminal): Promise<Read> {
  const { live, endpoint } = await readExported(flags, terminal, differingKinds);
  return { what: endpoint, upgraded: upgradeOfBroker(live) };
}

async function readDeclared(
  files: readonly string[],
  flags: CheckUpgradeFlags,
  terminal: Terminal,
): Promise<Read> {
  const desired = await readFiles(files, flags, terminal);
  if (desired.warnings.length > 0) terminal.complain(renderWarnings(desired, terminal.errorPaint));
  return { what: [...desired.sources.keys()].join(', '), upgraded: upgradeOfFiles(desired) };
}

async function render(
  report: UpgradeReport,
  { format }: CheckUpgradeFlags,
  { paint }: Terminal,
): Promise<string> {
  if (format === 'json') return renderUpgradeJson(report);
  if (format === 'text') return renderUpgradeText(report, paint);
  const { renderUpgradeMarkdown } = await import('../report/upgrade-markdown.ts');
  return renderUpgradeMarkdown(report);
}
