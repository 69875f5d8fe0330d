// Shows the changes of a file as a unified diff, without its secrets.
import { createTwoFilesPatch } from 'diff';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { hideSecrets } from './secrets.ts';

/** Lines that go or come. Finding the fewest takes a time that grows with their square. */
const mostEdits = 1_000;

export function renderFileChange(
  file: string,
  before: string,
  after: string,
  paint: Paint,
): string {
  if (before === after) return `${escape(file)} is up to date`;
  const hidden = [hideSecrets(before), hideSecrets(after)] as const;
  const patch = createTwoFilesPatch(file, file, ...hidden, undefined, undefined, {
    context: 2,
    stripTrailingCr: true,
    maxEditLength: mostEdits,
  });
  if (patch === undefined) return `${escape(file)}: more lines change than can be shown here`;
  const lines = patch.slice(patch.indexOf('--- ')).trimEnd().split('\n');
  return lines.map((line) => colour(line, paint)(escape(line))).join('\n');
}

function colour(line: string, paint: Paint): (text: string) => string {
  if (line.startsWith('+')) return paint.green;
  return line.startsWith('-') ? paint.red : (text) => text;
}
