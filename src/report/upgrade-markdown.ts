// Renders what topo check-upgrade found as Markdown, within GitHub's limit for a comment.
import { count } from '../topology/count.ts';
import { cell, code, sentence } from './markdown.ts';
import type { Unread } from '../reconcile/upgrade.ts';
import { groupsOf, kindsOf, linesOf, summaryOf, titleOf, type UpgradeReport } from './upgrade.ts';

/** GitHub allows 65,536 characters. */
const most = 60_000;

export function renderUpgradeMarkdown(report: UpgradeReport): string {
  const rows = groupsOf(report).map(({ first, findings }) => {
    const list = linesOf(findings).map(({ subject, place }) =>
      place === '' ? subject : `${code(place)} ${sentence(subject)}`,
    );
    const cells = [first.effect, sentence(first.message), list.join('<br>'), sentence(first.hint)];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  let room = most;
  const shown = rows.filter((row) => (room -= row.length + 1) >= 0);
  const left = rows.length - shown.length;
  return [
    `### topo check-upgrade: ${sentence(titleOf(report))}`,
    '',
    ...(rows.length === 0 ? [] : ['| effect | what | objects | remedy |', '|---|---|---|---|']),
    ...shown,
    ...(rows.length === 0 ? [] : ['']),
    ...(left === 0 ? [] : [`**${count(left)} rows cut**, as a comment can't be longer.`, '']),
    ...clientLines(report),
    ...(report.unread === undefined ? [] : unreadLines(report.unread)),
    summaryOf(report),
    '',
  ].join('\n');
}

const unreadLines = (unread: Unread): string[] => [
  `**Not checked**: ${kindsOf(unread)}. ${sentence(unread.hint)}`,
  '',
];

function clientLines({ clients, to }: UpgradeReport): string[] {
  if (clients.length === 0) return [];
  const lines = clients.map(
    ({ says, hint }) => `- RabbitMQ ${to} ${sentence(says)}: ${sentence(hint)}`,
  );
  return ['For clients, which topo does not see:', '', ...lines, ''];
}
