// Shows different objects of a plan as different rows.
import colors from 'picocolors';
import { expect, test } from 'vitest';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { planOf } from '../reconcile/shorthand.ts';

const paint = colors.createColors(false);

test('bindings to a queue and to an exchange with the same name are two lines', async () => {
  const plan = await planOf({ desired: 'e:e, e:x, q:x, e>x k, e>>x k', live: '' });
  const lines = renderPlanText(plan, paint).split('\n');
  const rows = lines.filter((line) => line.includes('→ x')).map((line) => line.replace(/ +/g, ' '));
  expect(rows).toEqual([
    ' + binding e → x (exchange) routing_key k :1',
    ' + binding e → x routing_key k :1',
  ]);
  expect(renderPlanMarkdown(plan)).toContain('x (exchange)');
});

test('the path of a single file appears in the heading only', async () => {
  const plan = await planOf({ desired: 'q:q', live: '' });
  const text = renderPlanText(plan, paint);
  expect(text).toMatch(/^topology\.yaml → /);
  expect(text.match(/topology\.yaml/g)).toHaveLength(1);
  expect(text).toMatch(/ :1$/m);
  expect(renderPlanMarkdown(plan).match(/topology\.yaml/g)).toHaveLength(1);
  const two = { ...plan, files: ['topology.yaml', 'other.yaml'] };
  expect(renderPlanText(two, paint)).toMatch(/ topology\.yaml:1$/m);
});
