// Renders what topo check-upgrade found: as text and as JSON. Findings that say the same stand
// together, each with its objects.
import { pluralOf } from '../reconcile/tags.ts';
import type { Finding, Unread } from '../reconcile/upgrade.ts';
import type { ClientDifference } from '../topology/client-differences.ts';
import { count, plural } from '../topology/count.ts';
import type { Effect } from '../topology/differences.ts';
import { renderJson } from '../topology/json.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';

export interface UpgradeReport {
  /** The files, or the broker. */
  readonly what: string;
  readonly from: string | undefined;
  readonly to: string;
  readonly findings: readonly Finding[];
  readonly clients: readonly ClientDifference[];
  /** How many objects were looked at. */
  readonly checked: number;
  readonly unread: Unread | undefined;
}

interface Group {
  readonly first: Finding;
  readonly findings: readonly Finding[];
}

/** In this order. */
const effects: readonly Effect[] = ['refused', 'ignored', 'different', 'deprecated'];

export function groupsOf({ findings }: UpgradeReport): Group[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.effect} ${finding.code} ${finding.message}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  const rank = ({ first }: Group): number => effects.indexOf(first.effect);
  return [...groups.values()]
    .flatMap((all) => (all[0] === undefined ? [] : { first: all[0], findings: all }))
    .sort((a, b) => rank(a) - rank(b));
}

export function renderUpgradeText(report: UpgradeReport, paint: Paint): string {
  return [
    paint.bold(titleOf(report)),
    '',
    ...groupsOf(report).flatMap((group) => [...renderGroup(group, paint), '']),
    ...renderClients(report),
    ...renderUnread(report, paint),
    summaryOf(report),
  ].join('\n');
}

export function titleOf({ what, from, to }: UpgradeReport): string {
  const now = from === undefined ? '' : ` (RabbitMQ ${from})`;
  return `${escape(what)}${now} → RabbitMQ ${to}`;
}

function renderGroup({ first, findings }: Group, paint: Paint): string[] {
  const { effect, code, message, hint } = first;
  const colour = { refused: paint.red, ignored: paint.yellow, different: paint.yellow };
  const label = effect === 'deprecated' ? effect : colour[effect](effect);
  return [
    `${label}: ${escape(message)} [${code}]`,
    ...linesOf(findings).map(
      ({ subject, place }) => `  ${escape(`${subject}  ${place}`).trimEnd()}`,
    ),
    `  ${paint.cyan('hint')}: ${escape(hint)}`,
  ];
}

interface Line {
  /** Such as: queue "q_1" and 29 more. */
  readonly subject: string;
  /** Where it is declared, or its address. */
  readonly place: string;
}

const mostNamed = 20;

/** Objects of one entry share a line. The last line counts what is left. */
export function linesOf(findings: readonly Pick<Finding, 'object'>[]): Line[] {
  const places = new Map<string, string[]>();
  for (const { object } of findings) {
    if (object === undefined) continue;
    const { subject, at, address } = object;
    const place = at === undefined ? address : `${at.file}:${at.line}:${at.col}`;
    const subjects = places.get(place);
    if (subjects) subjects.push(subject);
    else places.set(place, [subject]);
  }
  const lines = [...places].map(([place, [subject = '', ...more]]) => ({
    subject: more.length === 0 ? subject : `${subject} and ${count(more.length)} more`,
    place,
  }));
  const left = lines.length - mostNamed;
  if (left <= 0) return lines;
  const rest = { subject: `… and ${count(left)} more; --format json lists all`, place: '' };
  return [...lines.slice(0, mostNamed), rest];
}

function renderClients({ clients, to }: UpgradeReport): string[] {
  if (clients.length === 0) return [];
  const lines = clients.map(({ says, hint }) => `  RabbitMQ ${to} ${says}\n    ${hint}`);
  return ['For clients, which topo does not see:', ...lines, ''];
}

function renderUnread({ unread }: UpgradeReport, paint: Paint): string[] {
  if (unread === undefined) return [];
  const hint = `  ${paint.cyan('hint')}: ${escape(unread.hint)}`;
  return [`${paint.yellow('not checked')}: ${kindsOf(unread)}`, hint, ''];
}

export const kindsOf = ({ kinds }: Unread): string =>
  `${kinds.map(pluralOf).join(', ')}: this user may not read them`;

export function summaryOf({ findings, checked }: UpgradeReport): string {
  const counts = effects.flatMap((effect) => {
    const number = findings.filter((finding) => finding.effect === effect).length;
    return number === 0 ? [] : `${count(number)} ${effect}`;
  });
  const found = counts.length === 0 ? 'Nothing found' : counts.join(', ');
  return `${found} · ${plural(checked, 'object')} checked`;
}

export function renderUpgradeJson(report: UpgradeReport): string {
  const { what, to, checked, findings, clients, unread } = report;
  const told = clients.map(({ code, says, hint }) => ({
    code,
    message: `RabbitMQ ${to} ${says}`,
    hint,
  }));
  const from = report.from ?? null;
  const unchecked = unread?.kinds ?? [];
  return renderJson({ what, from, to, checked, unchecked, findings, clients: told }, 2);
}
