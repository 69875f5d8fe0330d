// Problems of an input, each with its place, a code frame and what to do next.
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
    .map((problem) => renderProblem(problem, frames, paint).join('\n'));
  const more = problems.length - mostShown;
  if (more > 0) lines.push(`… and ${count(more)} more problems`);
  return lines.join('\n\n');
}

function renderProblem({ at, message, hint }: Problem, frames: Frames, paint: Paint): string[] {
  const place = at ? `${escape(at.file)}:${at.line}:${at.col}: ` : '';
  return [
    `${paint.bold(place)}${paint.red('error')}: ${escape(message)}`,
    ...(at ? frames.render(at) : []),
    ...(hint === undefined ? [] : [`  ${paint.cyan('hint')}: ${escape(hint)}`]),
  ];
}
