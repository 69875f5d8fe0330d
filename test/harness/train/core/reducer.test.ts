import { describe, expect, test } from 'vitest';
import { begin } from '../../../../src/harness/train/core/reducer.ts';
import { resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import { view } from '../../../../src/harness/train/shell/status-of.ts';
import { course, Script, shown, stored } from './simulation/script.ts';

describe('dispatch', () => {
  test('without a worker nothing is sent', () => {
    expect(shown(new Script().pass(10_000))).toEqual([]);
  });

  test('a worker gets as many units as it has slots, in the order of the shards', () => {
    const script = new Script();
    expect(shown(script.beat('w1', { concurrency: 2 }))).toEqual([
      ...['w1 joined', 'r0.s0 → q1 (first)', 'r0.s1 → q1 (first)'],
    ]);
    expect(shown(script.beat('w2'))).toEqual(['w2 joined', 'r0.s2 → q2 (first)']);
    expect(shown(script.tick())).toEqual([]);
  });

  test('workers of one queue share its slots', () => {
    const script = new Script();
    script.beat('w1', { queue: 'pool' });
    expect(shown(script.beat('w2', { queue: 'pool' }))).toEqual([
      ...['w2 joined', 'r0.s1 → pool (first)'],
    ]);
  });

  test('a slot is free when the result is there, before it is in the ledger', () => {
    const script = new Script();
    script.beat('w1');
    script.start('w1', 'r0.s0');
    expect(shown(script.offer('w1', 'r0.s0'))).toEqual(['accept 1 r0.s0', 'r0.s1 → q1 (first)']);
  });

  test('a late copy that a worker trains takes up its slot', () => {
    const script = new Script({ shards: 1, enough: 1 });
    script.beat('w1');
    script.beat('w1', { tasks: ['r0.s0'] });
    script.finish('w2', 'r0.s0');
    expect(shown(script.close(0))).toEqual([]);
    expect(shown(script.beat('w1'))).toEqual(['r1.s0 → q1 (first)']);
  });

  test('a task is sent with what its round begins with', () => {
    const script = new Script();
    script.beat('w1');
    script.wholeRound(0);
    const [dispatch] = script.close(0);
    expect(dispatch).toMatchObject({ kind: 'dispatch', parameters: stored('after 0') });
  });

  test('what no queue took goes to another, and not there again for three heartbeats', () => {
    const script = new Script({ shards: 1, enough: 1 });
    script.beat('w1');
    const unit = script.unit('r0.s0');
    const returned = { kind: 'returned', unit, queue: 'q1', reason: 'NO_ROUTE' } as const;
    expect(shown(script.tell({ at: script.at, ...returned }))).toEqual([]);
    expect(shown(script.pass(2_900, ['w1']))).toEqual([]);
    expect(shown(script.pass(100))).toEqual(['r0.s0 → q1 (returned)']);
    script.tell({ at: script.at, ...returned });
    expect(shown(script.beat('w2'))).toEqual(['w2 joined', 'r0.s0 → q2 (returned)']);
  });
});

describe('workers that go', () => {
  function twoWorkers(): Script {
    const script = new Script({ shards: 2, enough: 2 });
    script.beat('w1');
    script.beat('w2');
    script.start('w1', 'r0.s0');
    script.start('w2', 'r0.s1');
    return script;
  }

  test('a unit whose worker is silent for three heartbeats goes to the next free slot, and its task is taken back', () => {
    const script = twoWorkers();
    script.finish('w2', 'r0.s1');
    script.beat('w2');
    expect(shown(script.pass(2_900, ['w2']))).toEqual([]);
    expect(shown(script.pass(100, ['w2']))).toEqual([
      ...['w1 silent', 'take back r0.s0 from q1', 'r0.s0 → q2 (silent)'],
    ]);
  });

  test('its queue is looked into again until its connection must be dead, and when the unit is done', () => {
    const script = twoWorkers();
    script.pass(3_000, ['w2']);
    const again = shown(script.pass(60_000, ['w2'])).filter((one) => one.startsWith('take back'));
    expect(again).toEqual(Array<string>(10).fill('take back r0.s0 from q1'));
    script.beat('w2');
    expect(shown(script.finish('w2', 'r0.s0'))).toContain('take back r0.s0 from q1');
  });

  test('a worker that comes back goes on with what it has', () => {
    const script = twoWorkers();
    script.pass(3_000, ['w2']);
    expect(shown(script.beat('w1', { tasks: ['r0.s0'] }))).toEqual(['w1 back']);
    expect(shown(script.offer('w2', 'r0.s1'))).toEqual(['accept 1 r0.s1']);
  });

  test('a worker that comes back with nothing gets work at once', () => {
    const script = twoWorkers();
    script.pass(4_000, ['w2']);
    expect(shown(script.beat('w1'))).toEqual(['w1 back', 'r0.s0 → q1 (silent)']);
  });

  test('… but not while its queue is being emptied', () => {
    const script = twoWorkers();
    script.pass(3_000, ['w2']);
    expect(shown(script.beat('w1'))).toEqual(['w1 back']);
    expect(shown(script.pass(400))).toEqual([]);
    expect(shown(script.pass(100))).toEqual(['r0.s0 → q1 (silent)']);
  });

  test('what waits where the only worker drains goes to another; what is trained there does not', () => {
    const script = new Script();
    script.beat('w1', { concurrency: 2 });
    script.start('w1', 'r0.s0');
    expect(
      shown(script.beat('w1', { concurrency: 2, state: 'draining', tasks: ['r0.s0'] })),
    ).toEqual(['w1 draining', 'take back r0.s0 r0.s1 from q1']);
    expect(shown(script.beat('w2', { concurrency: 3 }))).toEqual([
      ...['w2 joined', 'r0.s1 → q2 (returned)', 'r0.s2 → q2 (first)'],
    ]);
  });

  test('a worker that drained and has gone is not called silent', () => {
    const script = twoWorkers();
    script.finish('w1', 'r0.s0');
    script.beat('w1', { state: 'draining' });
    expect(shown(script.pass(10_000, ['w2']))).not.toContain('w1 silent');
    expect(view(script.state).workers.map(({ name }) => name)).toEqual(['w2']);
  });

  test('nobody is silent because the coordinator itself stood still', () => {
    const script = twoWorkers();
    expect(shown(script.tick(20_000))).toEqual([]);
    expect(shown(script.pass(3_000))).toContain('w1 silent');
  });
});

describe('stragglers', () => {
  /** Three units took a second; w1 has r1.s0 since then, w2 is idle. */
  function withSlowOne(): Script {
    const script = new Script();
    script.beat('w1', { concurrency: 3 });
    script.pass(1_000, ['w1']);
    script.wholeRound(0);
    script.beat('w1');
    script.close(0);
    script.beat('w1', { tasks: ['r1.s0'] });
    script.beat('w2', { concurrency: 2 });
    script.finish('w2', 'r1.s1');
    script.finish('w2', 'r1.s2');
    return script;
  }

  test('what takes longer than the factor times the median is sent to another queue, too', () => {
    const script = withSlowOne();
    const passed = [...script.pass(900, ['w1', 'w2'])];
    expect(shown(passed)).toEqual([]);
    expect(shown(script.pass(700, ['w1', 'w2']))).toEqual(['r1.s0 → q2 (straggler)']);
    expect(shown(script.pass(5_000, ['w1', 'w2']))).toEqual([]);
    expect(shown(script.finish('w2', 'r1.s0'))).toContain('close 1: r1.s0 r1.s1 r1.s2');
  });

  test('what takes less than a second is sent to nobody else, however short the others were', () => {
    const script = new Script();
    script.beat('w1', { concurrency: 3 });
    script.pass(10, ['w1']);
    script.wholeRound(0);
    script.beat('w1');
    script.close(0);
    script.beat('w1', { tasks: ['r1.s0'] });
    script.beat('w2', { concurrency: 2 });
    script.finish('w2', 'r1.s1');
    script.finish('w2', 'r1.s2');
    expect(shown(script.pass(900, ['w1', 'w2']))).toEqual([]);
    expect(shown(script.pass(200, ['w1', 'w2']))).toEqual(['r1.s0 → q2 (straggler)']);
  });

  test('before three units are done nothing is known to take too long', () => {
    const script = new Script();
    script.beat('w1', { concurrency: 3 });
    script.beat('w2');
    script.finish('w1', 'r0.s0');
    script.finish('w1', 'r0.s1');
    script.start('w1', 'r0.s2');
    expect(shown(script.pass(60_000, ['w1', 'w2']))).toEqual([]);
  });
});

describe('results', () => {
  test('the second result of a unit is dropped', () => {
    const script = new Script();
    script.finish('w1', 'r0.s0');
    expect(shown(script.offer('w2', 'r0.s0'))).toEqual(['drop 2 r0.s0']);
  });

  test('while one is being checked another waits, and is dropped when that one counts', () => {
    const script = new Script();
    expect(shown(script.offer('w1', 'r0.s0'))).toEqual(['accept 1 r0.s0']);
    expect(shown(script.offer('w2', 'r0.s0'))).toEqual([]);
    expect(shown(script.accept('w1', 'r0.s0'))).toEqual(['drop 2 r0.s0']);
  });

  test('… or is checked when that one is not valid', () => {
    const script = new Script();
    script.offer('w1', 'r0.s0');
    script.offer('w2', 'r0.s0');
    expect(shown(script.reject('w1', 'r0.s0'))).toEqual(['accept 2 r0.s0']);
    expect(shown(script.accept('w2', 'r0.s0'))).toEqual([]);
  });

  test.each(['r0.s0', 'r1.eval', 'init'])(
    'a result of %s, which nobody waits for, is dropped',
    (id) => {
      const script = new Script();
      script.wholeRound(0);
      expect(shown(script.offer('w1', id))).toEqual([`drop 4 ${id}`]);
    },
  );

  test('a result that nobody was asked for by this coordinator counts', () => {
    const script = new Script();
    expect(shown(script.offer('stranger', 'r0.s2'))).toEqual(['accept 1 r0.s2']);
  });

  test('a round is closed in the order of the shards, once its results are in the ledger', () => {
    const script = new Script();
    script.finish('w1', 'r0.s2');
    script.finish('w1', 'r0.s0');
    expect(shown(script.offer('w1', 'r0.s1'))).toEqual(['accept 3 r0.s1']);
    expect(shown(script.accept('w1', 'r0.s1'))).toEqual(['close 0: r0.s0 r0.s1 r0.s2']);
    expect(shown(script.tick())).toEqual([]);
  });
});

describe('failures', () => {
  test('what is poison to one is sent to another queue, if there is one', () => {
    const script = new Script();
    script.beat('w1');
    script.start('w1', 'r0.s0');
    expect(shown(script.fail('w1', 'r0.s0', 'poison'))).toEqual(['r0.s0 → q1 (failed)']);
    script.beat('w2');
    expect(shown(script.fail('w1', 'r0.s0', 'poison'))).toEqual(['r0.s2 → q1 (first)']);
    expect(shown(script.offer('w2', 'r0.s1'))).toEqual(['accept 1 r0.s1', 'r0.s0 → q2 (failed)']);
  });

  test('where it failed everywhere it waits for the queue where it failed least often', () => {
    const script = new Script({ shards: 1, enough: 1, max_failures: 9 });
    script.beat('w1');
    script.beat('w2');
    expect(shown(script.fail('w1', 'r0.s0', 'poison'))).toEqual(['r0.s0 → q2 (failed)']);
    expect(shown(script.fail('w2', 'r0.s0', 'poison'))).toEqual(['r0.s0 → q1 (failed)']);
    script.beat('w2', { tasks: ['r1.s0'] });
    expect(shown(script.fail('w1', 'r0.s0', 'poison'))).toEqual([]);
    expect(shown(script.beat('w2'))).toEqual(['r0.s0 → q2 (failed)']);
  });

  test('after a result that is not valid the task has other words, so that no worker gives the same again', () => {
    const script = new Script({ shards: 1, enough: 1, max_failures: 9 });
    expect(script.beat('w1').at(-1)).toMatchObject({ kind: 'dispatch', rejected: 0 });
    script.offer('w1', 'r0.s0');
    expect(script.reject('w1', 'r0.s0')).toMatchObject([{ kind: 'dispatch', rejected: 1 }]);
    expect(script.fail('w1', 'r0.s0', 'poison')).toMatchObject([{ rejected: 1 }]);
    script.offer('w1', 'r0.s0');
    expect(script.reject('w1', 'r0.s0')).toMatchObject([{ kind: 'dispatch', rejected: 2 }]);
  });

  test('a result of an earlier task that is not valid changes nothing, and the next is looked at', () => {
    const script = new Script({ shards: 1, enough: 1, max_failures: 2 });
    script.beat('w1');
    script.offer('w1', 'r0.s0');
    script.reject('w1', 'r0.s0');
    script.offer('w1', 'r0.s0');
    script.offer('w1', 'r0.s0');
    const isOld = true;
    expect(shown(script.reject('w1', 'r0.s0', isOld))).toEqual(['accept 3 r0.s0']);
    script.reject('w1', 'r0.s0', isOld);
    expect(script.state.flights.get('r.r0.s0')).toMatchObject({ failures: 1, rejected: 1 });
    script.beat('w1');
    expect(script.finish('w1', 'r0.s0')).toMatchObject([
      { kind: 'accept' },
      { kind: 'close_round' },
    ]);
  });

  test('a worker retries by itself', () => {
    const script = new Script({ shards: 1, enough: 1 });
    script.beat('w1');
    script.start('w1', 'r0.s0');
    script.beat('w2');
    expect(shown(script.fail('w1', 'r0.s0', 'retryable'))).toEqual([]);
    expect(shown(script.pass(59_000, ['w1', 'w2']))).toEqual([]);
  });

  test('where nothing comes of it for a minute, its attempts were used up: that is a failure', () => {
    const script = new Script({ shards: 1, enough: 1, max_failures: 2 });
    script.beat('w1');
    script.start('w1', 'r0.s0');
    script.fail('w1', 'r0.s0', 'retryable');
    expect(shown(script.pass(60_000, ['w1']))).toEqual(['r0.s0 → q1 (failed)']);
    script.start('w1', 'r0.s0');
    script.fail('w1', 'r0.s0', 'retryable');
    expect(shown(script.pass(60_000, ['w1']))).toEqual([
      'fail: r.r0.s0 failed 2 times, at last: w1: oh',
    ]);
  });

  test('what a worker has given up is a failure at once', () => {
    const script = new Script({ shards: 1, enough: 1, max_failures: 2 });
    script.beat('w1');
    script.start('w1', 'r0.s0');
    script.fail('w1', 'r0.s0', 'retryable');
    expect(shown(script.giveUp('w1', 'r0.s0'))).toEqual(['r0.s0 → q1 (failed)']);
    expect(shown(script.giveUp('w1', 'r0.s0'))).toEqual([
      'fail: r.r0.s0 failed 2 times, at last: w1: oh',
    ]);
  });

  test('a worker that can not go on gets nothing more, and its task goes elsewhere', () => {
    const script = new Script({ shards: 2, enough: 2 });
    script.beat('w1');
    script.start('w1', 'r0.s0');
    expect(shown(script.fail('w1', 'r0.s0', 'fatal'))).toEqual([
      ...['w1 draining', 'take back r0.s0 from q1'],
    ]);
    expect(shown(script.beat('w2'))).toEqual(['w2 joined', 'r0.s0 → q2 (failed)']);
  });

  test.each([
    ['poison', 'r.r0.s0 failed 3 times, at last: w1: oh'],
    ['invalid', 'r.r0.s0 failed 3 times, at last: the result of w1 is not valid: not finite'],
  ])('too much of %s is the end of the run', (kind, reason) => {
    const script = new Script();
    script.beat('w1');
    const once = (): string[] => {
      if (kind === 'poison') return shown(script.fail('w1', 'r0.s0', 'poison'));
      script.offer('w1', 'r0.s0');
      return shown(script.reject('w1', 'r0.s0'));
    };
    once();
    once();
    expect(once()).toEqual([`fail: ${reason}`]);
    expect(shown(script.pass(5_000, ['w1']))).toEqual([]);
  });

  test('results that come after that end stay for whoever resumes the run', () => {
    const script = new Script({ max_failures: 1 });
    script.offer('w1', 'r0.s0');
    expect(shown(script.fail('w2', 'r0.s1', 'poison'))).toEqual([
      'fail: r.r0.s1 failed once, at last: w2: oh',
    ]);
    expect(shown(script.offer('w2', 'r0.s2'))).toEqual([]);
    expect(shown(script.offer('w2', 'r0.s0'))).toEqual([]);
  });

  test('a failure does not end the run while a good result is being checked', () => {
    const script = new Script({ max_failures: 1 });
    script.offer('w1', 'r0.s0');
    expect(shown(script.fail('w2', 'r0.s0', 'poison'))).toEqual([]);
    expect(shown(script.accept('w1', 'r0.s0'))).toEqual([]);
  });
});

describe('the course of a run', () => {
  test('the first parameters can come from a trainer', () => {
    const script = new Script({ init: true }, resumeFrom([]));
    const [, init] = script.beat('w1');
    expect(init).toMatchObject({ kind: 'dispatch', unit: { id: 'r.init' }, parameters: undefined });
    const [, shard] = script.finish('w1', 'init');
    expect(shard).toMatchObject({ unit: { id: 'r.r0.s0' }, parameters: stored('of r.init') });
  });

  test('a run without first parameters and without an init unit can not begin', () => {
    expect(() => begin(course, resumeFrom([]))).toThrow('no first parameters');
  });

  test('after the last round the run is over', () => {
    const script = new Script({ rounds: 1 });
    script.wholeRound(0);
    expect(shown(script.close(0))).toEqual(['finish (rounds) with after 0']);
  });

  test.each([
    [{ metric: 'loss', at_most: 0.5 }, { loss: 0.5 }, true],
    [{ metric: 'loss', at_most: 0.5 }, { loss: 0.51 }, false],
    [{ metric: 'accuracy', at_least: 0.9 }, { accuracy: 0.95 }, true],
    [{ metric: 'accuracy', at_least: 0.9 }, { accuracy: 0.8 }, false],
    [{ metric: 'accuracy', at_least: 0.9 }, { loss: 1 }, false],
  ] as const)('target %j with %j: reached %j', (target, metrics, isReached) => {
    const script = new Script({ target });
    script.wholeRound(0);
    const finish = isReached ? ['finish (target) with after 0'] : [];
    expect(shown(script.close(0, metrics))).toEqual(finish);
  });

  test('an evaluation does not hold up the next round, but the end of the run', () => {
    const script = new Script({ shards: 1, enough: 1, evaluate_every: 1 });
    script.beat('w1');
    script.finish('w1', 'r0.s0');
    expect(shown(script.close(0))).toEqual(['r1.s0 → q1 (first)']);
    expect(shown(script.offer('w1', 'r1.s0'))).toEqual(['accept 2 r1.s0', 'r0.eval → q1 (first)']);
    expect(shown(script.accept('w1', 'r1.s0'))).toEqual(['close 1: r1.s0']);
    expect(shown(script.close(1))).toEqual([]);
    const [, second] = script.offer('w1', 'r0.eval');
    expect(second).toMatchObject({ unit: { id: 'r.r1.eval' }, parameters: stored('after 1') });
    expect(shown(script.accept('w1', 'r0.eval'))).toEqual([]);
    expect(shown(script.finish('w1', 'r1.eval'))).toEqual([
      ...['accept 4 r1.eval', 'finish (rounds) with after 1'],
    ]);
  });

  test('evaluations are every so many rounds, and after the last one', () => {
    const script = new Script({ rounds: 5, evaluate_every: 2 });
    for (let round = 0; round < 5; round++) {
      script.wholeRound(round);
      script.close(round);
    }
    expect([...script.state.evaluations.keys()]).toEqual(['r.r1.eval', 'r.r3.eval', 'r.r4.eval']);
  });

  test('an evaluation that fails for good is left out, and the run goes on to its end', () => {
    const script = new Script({ shards: 1, enough: 1, evaluate_every: 1, max_failures: 2 });
    for (const worker of ['w1', 'w2']) script.beat(worker);
    script.finish('w1', 'r0.s0');
    expect(shown(script.close(0))).toContain('r0.eval → q2 (first)');
    expect(shown(script.fail('w2', 'r0.eval', 'poison'))).toEqual([]);
    script.finish('w1', 'r1.s0');
    expect(shown(script.fail('w1', 'r0.eval', 'poison'))).toContain(
      'leave out r0.eval: r.r0.eval failed 2 times, at last: w1: oh',
    );
    expect(shown(script.offer('w2', 'r0.eval'))).toContain('drop 3 r0.eval');
    script.close(1);
    expect([...script.state.evaluations.keys()]).toEqual(['r.r1.eval']);
    expect(shown(script.finish('w1', 'r1.eval'))).toContain('finish (rounds) with after 1');
  });

  test('results of an evaluation that are not valid leave it out, too', () => {
    const script = new Script({ rounds: 1, evaluate_every: 1, max_failures: 1 });
    script.wholeRound(0);
    script.close(0);
    script.beat('w1');
    script.offer('w1', 'r0.eval');
    script.offer('w2', 'r0.eval');
    script.reject('w1', 'r0.eval');
    expect(shown(script.reject('w2', 'r0.eval'))).toEqual([
      expect.stringMatching(/^leave out r0\.eval: r\.r0\.eval failed 2 times/),
      'finish (rounds) with after 0',
    ]);
  });

  test('where a part is enough, what comes before the close counts, and what comes later is dropped', () => {
    const script = new Script({ shards: 4, enough: 2 });
    script.finish('w1', 'r0.s3');
    script.offer('w1', 'r0.s2');
    script.offer('w2', 'r0.s1');
    expect(shown(script.accept('w1', 'r0.s2'))).toEqual([]);
    expect(shown(script.offer('w1', 'r0.s0'))).toEqual(['drop 4 r0.s0']);
    expect(shown(script.accept('w2', 'r0.s1'))).toEqual(['close 0: r0.s1 r0.s2 r0.s3']);
    expect(shown(script.close(0))).toEqual([]);
    expect(shown(script.offer('w1', 'r0.s0'))).toEqual(['drop 5 r0.s0']);
  });
});

test('people see who is there, and what each one trains', () => {
  const script = new Script();
  for (const worker of ['w1', 'w2', 'w3']) script.beat(worker);
  script.start('w1', 'r0.s0');
  script.beat('w2', { state: 'draining', tasks: ['r0.s1'] });
  script.pass(2_000, ['w1']);
  script.beat('w2', { state: 'draining', tasks: ['r0.s1'] });
  script.pass(1_000, ['w1']);
  script.beat('w4');
  expect(view(script.state)).toEqual({
    ...{ round: 0, done: 0, median: undefined, closed: [] },
    workers: [
      { name: 'w1', queue: 'q1', state: 'busy', units: ['r.r0.s0'] },
      { name: 'w2', queue: 'q2', state: 'draining', units: ['r.r0.s1'] },
      { name: 'w3', queue: 'q3', state: 'silent', units: [] },
      { name: 'w4', queue: 'q4', state: 'idle', units: [] },
    ],
  });
});
