import { describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/harness/train/core/reducer-types.ts';
import { resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import { modelOf, Simulation } from './simulation/simulation.ts';
import { randomFrom } from './simulation/random.ts';
import { course, Script } from './simulation/script.ts';

/** Milliseconds. */
const second = 1_000;
const hour = 3_600_000;

function simulate(durations: readonly number[], changes: Partial<typeof course>): Simulation {
  const simulation = new Simulation({ course: { ...course, ...changes }, random: randomFrom(1) });
  durations.forEach((duration, place) =>
    simulation.add({
      ...{ name: `w${place}`, queue: `q${place}`, concurrency: 1, duration: () => duration },
    }),
  );
  return simulation;
}

const closings = ({ ledger }: Simulation): number[] =>
  ledger.flatMap(({ kind, at }) => (kind === 'closed' ? [at] : []));

describe('what it costs', () => {
  test('one of three workers is ten times slower: a round takes at most two and a half times as long', () => {
    const changes = { shards: 6, enough: 6, rounds: 12 };
    const even = simulate([second, second, second], changes);
    const uneven = simulate([second, second, 10 * second], changes);
    expect(even.run({ until: hour }).kind).toBe('finish');
    expect(uneven.run({ until: hour }).kind).toBe('finish');
    const [usual, slow] = [even, uneven].map(closings);
    const longest = (ends: readonly number[] = []): number =>
      Math.max(...ends.map((end, place) => end - (ends[place - 1] ?? 0)));
    expect(longest(slow) / longest(usual)).toBeLessThanOrEqual(2.5);
  });

  test('a worker that stops loses its unit to another within three heartbeats and a tick', () => {
    const simulation = simulate([second, 2 * second, 60 * second], { shards: 3, rounds: 1 });
    simulation.clock.after(1_500, () => simulation.workers[1]?.stop(hour, 60 * second));
    simulation.run({ until: hour });
    const again = simulation.commands.find(
      (command) => command.kind === 'dispatch' && command.why === 'silent',
    );
    // It was last heard of when it began, at its first heartbeat after the coordinator's start.
    expect(again?.at).toBeLessThanOrEqual(second + 3 * second + 100 + 10);
    expect(simulation.invariants.violations).toEqual([]);
  });

  test('every worker stops at once, and they come back: the run goes on', () => {
    const simulation = simulate([second, second, second], { rounds: 3 });
    simulation.clock.after(500, () => {
      for (const worker of simulation.workers) worker.stop(20 * second, 8 * second);
    });
    const end = simulation.run({ until: hour });
    const parameters = modelOf({ ...course, rounds: 3 });
    expect(end).toEqual({ kind: 'finish', why: 'rounds', parameters });
    expect(simulation.clock.now).toBeLessThan(30 * second);
  });

  test('ten thousand shards and five hundred workers: a step takes milliseconds at most', () => {
    const script = new Script({ shards: 10_000, enough: 10_000 });
    const names = Array.from({ length: 500 }, (_, place) => `w${place}`);
    for (const name of names) script.beat(name);
    const before = process.cpuUsage();
    for (const [place, name] of names.entries()) {
      script.beat(name);
      script.start(name, `r0.s${place}`);
      script.finish(name, `r0.s${place}`);
    }
    const steps = names.length * 4;
    // Microseconds of the processor: others on the machine don't count.
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / steps).toBeLessThan(5);
    expect(script.state.done).toBe(500);
    expect(script.state.flights.size).toBe(500);
  });

  test.each([1, 2, 3])(
    'a unit that is poison to everybody ends the run, and is named (%i)',
    (seed) => {
      const simulation = new Simulation({
        ...{ course, random: randomFrom(seed) },
        fateOf: (id) => (id === 'r.r1.s2' ? 'poison' : 'done'),
      });
      for (const name of ['a', 'b'])
        simulation.add({ name, queue: name, concurrency: 1, duration: () => second });
      expect(simulation.run({ until: hour })).toMatchObject({
        kind: 'fail',
        reason: expect.stringContaining('r.r1.s2 failed 3 times') as string,
      });
    },
  );

  test('a made-up worker that is always busy, and names no task, does not keep one for ever', () => {
    const script = new Script({ init: true }, resumeFrom([]));
    const beat = { state: 'busy', concurrency: 1_024 } as const;
    const sent = [...script.beat('w9', beat), ...script.tick()];
    const dispatched: string[] = [];
    const note = (commands: readonly Command[]): void => {
      for (const one of commands) if (one.kind === 'dispatch') dispatched.push(one.queue);
    };
    note(sent);
    for (let beats = 0; beats < 200; beats++) {
      note(script.beat('w9', beat));
      note(script.beat('w1'));
      for (let ticks = 0; ticks < 10; ticks++) note(script.tick(100));
    }
    expect(dispatched.slice(0, 2)).toEqual(['q9', 'q1']);
  });
});
