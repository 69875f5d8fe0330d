// Renders the problems of an input, each with its place, a code frame and a hint.
import type { Desired } from '../topology/desired.ts';
import type { InvalidInput, Problem } from '../topology/problem.ts';
import { count } from '../topology/count.ts';
import { escape } from './escape.ts';
import { Frames } from './frames.ts';
import type { Paint } from './paint.ts';

const mostShown = 50;

export function renderProblems({ problems, sources }: InvalidInput, paint: Paint): string {
  const frames = new Frames(sources, paint);
  const lines = problems
    .slice(0, mostShown)
    .map((problem) => renderProblem(problem, paint.red('error'), frames, paint));
  const more = problems.length - mostShown;
  if (more > 0) lines.push(`… and ${count(more)} more problems`);
  return lines.join('\n\n');
}

/** Renders oddities that don't stop the command. */
export function renderWarnings(
  { warnings, sources = new Map() }: Pick<Desired, 'warnings'> & Partial<Desired>,
  paint: Paint,
): string {
  const frames = new Frames(sources, paint);
  return warnings
    .map((warning) => renderProblem(warning, paint.yellow('warning'), frames, paint))
    .join('\n\n');
}

function renderProblem(
  { at, message, hint }: Problem,
  label: string,
  frames: Frames,
  paint: Paint,
): string {
  const place = at ? `${escape(at.file)}:${at.line}:${at.col}: ` : '';
  return [
    `${paint.bold(place)}${label}: ${escape(message)}`,
    ...(at ? frames.render(at) : []),
    ...(hint === undefined ? [] : [`  ${paint.cyan('hint')}: ${escape(hint)}`]),
  ].join('\n');
}
