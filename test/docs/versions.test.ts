// docs/versions.md lists every row of the tables of versions.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bindingDifferences } from '../../src/topology/binding-differences.ts';
import { clientDifferences } from '../../src/topology/client-differences.ts';
import {
  exchangeDifferences,
  queueDifferences,
  type VersionEffect,
} from '../../src/topology/differences.ts';
import { policyDifferences, vhostDifferences } from '../../src/topology/setting-differences.ts';
import type { Span } from '../../src/topology/versions.ts';

const renderSpan = ({ since, until }: Span): string => {
  if (until === undefined) return `since ${since ?? ''}`;
  return since === undefined ? `before ${until}` : `from ${since} until ${until}`;
};

const renderEffect = (effect: VersionEffect): string => `${effect.effect} ${renderSpan(effect)}`;

const differences = [
  ...queueDifferences,
  ...exchangeDifferences,
  ...bindingDifferences,
  ...policyDifferences,
  ...vhostDifferences,
];

const rows = [
  ...differences.map(({ code, effects, hint }) => [
    code,
    effects.map(renderEffect).join(', '),
    hint,
  ]),
  ...clientDifferences.map(({ code, says, hint, ...span }) => [
    code,
    `${renderSpan(span)}, RabbitMQ ${says}`,
    hint,
  ]),
];

test.each(rows)('docs/versions.md has the row %s', async (code = '', when = '', hint = '') => {
  const text = await readFile('docs/versions.md', 'utf8');
  expect(text.replaceAll(/ +/g, ' ')).toContain(`| \`${code}\` | ${when} | ${hint} |`);
});
