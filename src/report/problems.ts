// Problems of an input, each with its place, a code frame and what to do next.
import type { InvalidInput, Position, Problem } from '../topology/problem.ts';
import { count } from '../topology/count.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';

const mostShown = 50;

export function renderProblems({ problems, sources }: InvalidInput, paint: Paint): string {
  const lines = problems
    .slice(0, mostShown)
    .map((problem) => renderProblem(problem, sources, paint).join('\n'));
  const more = problems.length - mostShown;
  if (more > 0) lines.push(`… and ${count(more)} more problems`);
  return lines.join('\n\n');
}

function renderProblem(
  { at, message, hint }: Problem,
  sources: ReadonlyMap<string, string>,
  paint: Paint,
): string[] {
  const place = at ? `${escape(at.file)}:${at.line}:${at.col}: ` : '';
  return [
    `${paint.bold(place)}${paint.red('error')}: ${escape(message)}`,
    ...(at ? renderFrame(sources.get(at.file), at, paint) : []),
    ...(hint === undefined ? [] : [`  ${paint.cyan('hint')}: ${escape(hint)}`]),
  ];
}

/** The line before, the line, and a mark beneath the column. Long lines are cut around it. */
function renderFrame(source: string | undefined, { line, col }: Position, paint: Paint): string[] {
  const lines = source === undefined ? [] : linesAround(source, line);
  const gutter = String(line).length;
  const start = Math.max(0, col - 60);
  return lines.flatMap(({ number, text }) => {
    const shown = text.slice(start, start + 100);
    const row = `  ${String(number).padStart(gutter)} | ${escape(shown)}`.trimEnd();
    if (number !== line) return [paint.dim(row)];
    const indent = escape(text.slice(start, col - 1).replaceAll('\t', ' ')).length;
    return [row, `  ${' '.repeat(gutter)} | ${' '.repeat(indent)}${paint.red('^')}`];
  });
}

function linesAround(source: string, line: number): { number: number; text: string }[] {
  let start = 0;
  const found: { number: number; text: string }[] = [];
  for (let number = 1; number <= line; number++) {
    const end = source.indexOf('\n', start);
    const text = source.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
    if (number >= line - 1) found.push({ number, text });
    if (end === -1) break;
    start = end + 1;
  }
  return found;
}
