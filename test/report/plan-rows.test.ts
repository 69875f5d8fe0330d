// Shows different objects of a plan as different rows, and all that is refused.
import colors from 'picocolors';
import { describe, expect, test } from 'vitest';
import type { Depth } from '../../src/reconcile/broker.ts';
import { noConsents } from '../../src/reconcile/consents.ts';
import { toDocument } from '../../src/reconcile/plan-document.ts';
import { fromFiles } from '../../src/reconcile/source.ts';
import { noneEarlier } from '../../src/reconcile/unfinished.ts';
import { sentence } from '../../src/report/markdown.ts';
import { renderPlanMarkdown } from '../../src/report/plan-markdown.ts';
import { renderPlanText } from '../../src/report/plan-text.ts';
import { readText } from '../file/read.ts';
import { brokerOf, planOf } from '../reconcile/shorthand.ts';

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

describe('what is refused', () => {
  test('for two reasons has a line and a hint for each', async () => {
    const world = 'q:kept, q:first dead  key old, q:old';
    const broker = brokerOf(world);
    const held: Depth = { kind: 'known', ready: 3, unacked: 0, consumers: 0 };
    broker.readDepths = () => Promise.resolve(new Map([['queues/%2F/old', held]]));
    const plan = await planOf({ desired: 'q:kept', live: world, own: 'old' }, broker);
    const flag = '--allow-message-loss queues/%2F/old';
    expect(refusedIn(renderPlanText(plan, paint))).toEqual([
      '! queue old refused: queue first (x-dead-letter-exchange) would send messages on to it, and they would be dropped',
      `declare or protect it, or first change what names it, or topo apply ${flag}=all`,
      '! queue old refused: 3 messages would be lost',
      `declare it again, or topo apply ${flag}`,
    ]);
    const document = toDocument(plan);
    expect(document.refusals.map(({ code }) => code)).toEqual(['onward', 'messages']);
    expect(document.summary.refused).toBe(2);
    const markdown = renderPlanMarkdown(plan);
    for (const { reason } of plan.refusals) expect(markdown).toContain(sentence(reason));
    expect(markdown.match(/\*\*refused\*\*/g)).toHaveLength(1);
  });

  test('is shown even if no step is about it', async () => {
    const binding = '{ source: x, destination: new, routing_key: k }';
    const yaml = `queues: [{ name: new, type: classic, renamed_from: old }]\nbindings: [${binding}]\n`;
    const source = fromFiles(await readText(yaml), brokerOf('q:old, q:new, e:x'), {
      endpoint: 'http://localhost:15672',
      selection: { targets: [], only: ['create'] },
      consents: noConsents,
      earlier: noneEarlier,
    });
    const { plan } = await source.read();
    expect(plan.steps.map(({ address }) => address)).not.toContain('queues/%2F/new');
    expect(refusedIn(renderPlanText(plan, paint))).toEqual([
      '! refused: queues/%2F/new: it is renamed from "old", and that is left out: both would get each message',
      'leave out --only, or choose the other part with --target',
    ]);
  });
});

/** The lines about refusals, each with the hint beneath it. */
const refusedIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' ').trim())
    .filter((line, nth, all) => [line, all[nth - 1]].some((one) => one?.startsWith('! ')));
