// The formats of a plan; each is loaded on demand.
import { toDocument } from '../reconcile/plan-document.ts';
import type { Plan } from '../reconcile/step.ts';
import { renderJson } from '../topology/json.ts';
import type { Terminal } from './terminal.ts';

export type PlanFormat = 'text' | 'json' | 'markdown';

export async function loadRenderer(
  format: PlanFormat,
  { paint }: Terminal,
): Promise<(plan: Plan) => string> {
  if (format === 'json') return (plan) => renderJson(toDocument(plan), 2);
  if (format === 'markdown') return (await import('../report/plan-markdown.ts')).renderPlanMarkdown;
  const { renderPlanText } = await import('../report/plan-text.ts');
  return (plan) => renderPlanText(plan, paint);
}
