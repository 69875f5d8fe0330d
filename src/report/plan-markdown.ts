// A plan document as Markdown, for a pull request.
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import { describe, nameOf } from './describe.ts';
import { escapeMarkdown } from './escape.ts';
import { summaryOf } from './plan-text.ts';

export function renderPlanMarkdown(plan: PlanDocument): string {
  const rows = plan.steps.filter(({ own_request }) => own_request);
  return [
    `### topo plan: ${plan.files.map(escapeMarkdown).join(', ')} → ${escapeMarkdown(plan.endpoint)}`,
    '',
    ...(rows.length === 0 ? [] : [...table(rows, plan), '']),
    ...refusals(plan),
    ...plan.warnings.map((warning) => `> warning: ${escapeMarkdown(warning)}\n`),
    summaryOf(plan).replace(/ {4}id (\S+)$/, ' · id `$1`'),
    '',
  ].join('\n');
}

function table(steps: readonly Step[], plan: PlanDocument): string[] {
  return [
    '| change | kind | name | what |',
    '|---|---|---|---|',
    ...steps.map((step) => {
      const name = escapeMarkdown(nameOf(step, plan.vhost));
      return `| ${step.kind} | ${step.object} | ${name} | ${escapeMarkdown(describe(step))} |`;
    }),
  ];
}

function refusals({ refusals }: PlanDocument): string[] {
  if (refusals.length === 0) return [];
  const lines = refusals.map(
    ({ address, reason, hint }) =>
      `- ${address === undefined ? '' : `\`${address}\`: `}${escapeMarkdown(reason)}: ${escapeMarkdown(hint)}`,
  );
  return ['**Refused**', '', ...lines, ''];
}
