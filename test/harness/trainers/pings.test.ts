import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Pings } from '../../../src/harness/trainers/exec/pings.ts';

const sent: number[] = [];
const warnings: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  sent.length = 0;
  warnings.length = 0;
});

const start = (): Pings => {
  const pings = new Pings({
    ...{ pingIntervalMs: 10_000, pingTimeoutMs: 30_000 },
    send: () => sent.push(sent.length + 1),
    warn: (text) => warnings.push(text),
  });
  onTestFinished(() => {
    pings.stop();
    vi.useRealTimers();
  });
  return pings;
};

test('a trainer that answers each ping is asked at every interval, and never warned of', () => {
  const pings = start();
  for (let n = 1; n <= 20; n += 1) {
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(n);
    pings.onPong(n);
  }
  expect(warnings).toEqual([]);
});

test('a trainer that is silent gets one ping, and is warned of once', () => {
  const pings = start();
  vi.advanceTimersByTime(39_999);
  expect(warnings).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(warnings).toEqual(['the trainer has not answered a ping for 30 s']);
  vi.advanceTimersByTime(1_000_000);
  pings.onPong(7);
  vi.advanceTimersByTime(1_000_000);
  expect(sent).toEqual([1]);
  expect(warnings).toHaveLength(1);
});

test('a trainer that answers after the warning is asked again, and warned of again', () => {
  const pings = start();
  vi.advanceTimersByTime(50_000);
  pings.onPong(1);
  vi.advanceTimersByTime(40_000);
  expect(sent).toEqual([1, 2]);
  expect(warnings).toHaveLength(2);
});
