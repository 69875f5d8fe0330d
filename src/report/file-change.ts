// What changes in a file, as a unified diff.
import { createTwoFilesPatch } from 'diff';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';

export function renderFileChange(
  file: string,
  before: string,
  after: string,
  paint: Paint,
): string {
  if (before === after) return `${escape(file)} is up to date`;
  const patch = createTwoFilesPatch(file, file, before, after, undefined, undefined, {
    context: 2,
    stripTrailingCr: true,
  });
  const lines = patch.slice(patch.indexOf('--- ')).trimEnd().split('\n');
  return lines.map((line) => colour(line, paint)(escape(line))).join('\n');
}

function colour(line: string, paint: Paint): (text: string) => string {
  if (line.startsWith('+')) return paint.green;
  return line.startsWith('-') ? paint.red : (text) => text;
}
