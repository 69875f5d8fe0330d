import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test, type TestContext } from 'vitest';
import { openExecHandler } from '../../../src/harness/trainers/exec/exec-handler.ts';
import type { ExecOptions, LogLine } from '../../../src/harness/trainers/exec/options.ts';
import type { Handler, Trained } from '../../../src/harness/handler.ts';
import { testInWhole } from '../../sample.ts';
import { optionsFor } from './exec/options-for.ts';
import { barePython, python } from './exec/python.ts';
import {
  abortOnce,
  findSurvivors,
  folder,
  processesOf,
  takenBack,
  task,
  training,
} from './exec/trainer.ts';

const misbehave = (how: string, more = ''): string =>
  `${barePython} '${folder}misbehave.py' ${how} ${more}`;

/** How much more memory this process holds at most while something runs, in bytes. */
async function memoryOf(run: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  await run().finally(() => {
    clearInterval(timer);
  });
  return most - before;
}

/** Runs with a trainer, ends it, and sees that nothing of it is left. */
async function withTrainer(
  command: string,
  more: Partial<ExecOptions>,
  use: (handler: Handler, noted: ReturnType<typeof optionsFor>) => Promise<void>,
): Promise<void> {
  const noted = optionsFor(command, more);
  const handler = openExecHandler(noted.options);
  try {
    await use(handler, noted);
  } finally {
    await handler.stop();
  }
  expect(await findSurvivors(noted.options.worker)).toEqual([]);
}

const warningsOf = (lines: readonly LogLine[]): string[] =>
  lines.filter(({ source }) => source === 'harness').map(({ text }) => text);

type Failure = [how: string, verdict: string, message: RegExp];
const failures: Failure[] = [
  ['garbage', 'retryable', /no message.*not JSON.*hello, world/],
  ['not-utf8', 'retryable', /no message.*not JSON in UTF-8/],
  ['null', 'retryable', /its type is none of ready/],
  ['unknown-field', 'retryable', /must NOT have additional properties/],
  ['nested', 'retryable', /nested too deeply/],
  ['from-the-future', 'retryable', /result to request 1001 out of turn/],
  ['long-line 2', 'poison', /line of over 1048576 bytes/],
  ['half-a-line', 'retryable', /ended with code 0/],
  ['fork-and-crash', 'retryable', /ended with code 1/],
  ['exit-1', 'retryable', /ended with code 1:\none\ntwo\nValueError: no such layer$/],
  ['exit-75', 'retryable', /ended with code 75/],
  ['exit-65', 'poison', /ended with code 65/],
  ['exit-78', 'fatal', /ended with code 78/],
  ['killed', 'retryable', /ended by SIGKILL/],
  ['retryable', 'retryable', /^no memory$/],
  ['poison', 'poison', /^no columns$/],
  ['fatal', 'fatal', /^no GPU$/],
];

/** Each of a kind that is above, too. */
const likeFailures: Failure[] = [
  ['an-array', 'retryable', /its type is none of ready/],
  ['unknown-type', 'retryable', /its type is none of ready/],
  ['wrong-kind-of-samples', 'retryable', /\/result\/samples must be integer/],
  ['nan', 'retryable', /not JSON/],
  ['endless', 'retryable', /\/result\/metrics\/loss must be number/],
  ['half-a-progress', 'retryable', /fraction must be <= 1/],
  ['ready-twice', 'retryable', /ready out of turn/],
  ['unknown-verdict', 'retryable', /verdict must be equal to one of/],
  ['long-line-in-small-pieces', 'poison', /line of over 1048576 bytes/],
  ['exit-0', 'retryable', /ended with code 0/],
  ['segfault', 'retryable', /ended by SIGSEGV/],
];

/** `more`: with a short wait; the rows without it have the one of a worker. */
const closers: [how: string, message: RegExp, more: Partial<ExecOptions>][] = [
  ['close-4', /closed its descriptor 4/, {}],
  ['close-3', /closed its descriptor 3/, { closingMs: 100 }],
];

describe.concurrent('a training that fails is told apart, and the next one is done', () => {
  const failsAs = (
    how: string,
    verdict: string,
    message: RegExp,
    more: Partial<ExecOptions> = {},
  ) =>
    withTrainer(misbehave(how), more, async (handler) => {
      await handler.start();
      await expect(handler.train(task('bad'), training())).rejects.toMatchObject({
        verdict,
        message: expect.stringMatching(message) as string,
      });
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
    });

  test.each(failures)('%s is %s', failsAs);

  for (const [how, verdict, message] of likeFailures)
    testInWhole(`${how} is ${verdict}`, () => failsAs(how, verdict, message));

  test.each(closers)('%s is retryable', (how, message, more) =>
    failsAs(how, 'retryable', message, more),
  );
});

type Success = [how: string, trained: Trained, warning: RegExp | undefined];
const successes: Success[] = [
  ['two-answers', { samples: 1 }, /result to request \d+ came late/],
  ['crlf', {}, undefined],
  ['partial', { output: 'né 🙂' as never }, undefined],
  ['answer-and-exit', { samples: 3 }, /idle trainer is gone.*code 1/],
  ['long-stdout 2', { samples: 2 }, undefined],
];
const likeSuccesses: Success[] = [
  ['blank-lines', {}, undefined],
  ['noise', { samples: 1 }, undefined],
  ['fork-and-answer', {}, undefined],
];

describe.concurrent('a training that is done in an odd way is done', () => {
  const isDone = ([how, trained, warning]: Success, { expect }: TestContext): Promise<void> =>
    withTrainer(misbehave(how), {}, async (handler, { lines }) => {
      await handler.start();
      expect(await handler.train(task('bad'), training())).toEqual(trained);
      await expect
        .poll(() => warningsOf(lines))
        .toEqual(warning ? [expect.stringMatching(warning)] : []);
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
    });

  test.for(successes)('%s', isDone);

  for (const success of likeSuccesses)
    testInWhole(success[0], (context) => isDone(success, context));
});

test.each(['long-line', 'long-stdout'])(
  '100 MB in one line are not held in memory: %s',
  async (how) => {
    await withTrainer(misbehave(how, '100'), {}, async (handler, { lines }) => {
      await handler.start();
      const grown = await memoryOf(async () => {
        await handler.train(task('bad'), training()).catch(() => undefined);
      });
      expect(grown).toBeLessThan(60 * 2 ** 20);
      expect(Math.max(0, ...lines.map(({ text }) => text.length))).toBeLessThan(10_000);
    });
  },
);

describe.concurrent('a training that is taken back ends, whatever the trainer does', () => {
  const ends = (how: string): Promise<void> =>
    withTrainer(misbehave(how), {}, async (handler, { printed }) => {
      await handler.start();
      const given = task('bad', { hyperparameters: { big: 'x'.repeat(4 * 2 ** 20) } });
      const begun = performance.now();
      await expect(handler.train(given, training(abortOnce(printed)))).rejects.toBe(takenBack);
      expect(performance.now() - begun).toBeLessThan(5000);
    });

  test.each(['ignore-term', 'fork-and-hang', 'never-read'])('%s', ends);

  for (const how of ['hang', 'late']) testInWhole(how, () => ends(how));

  test('by a trainer that answers the cancel: the same process goes on', async () => {
    const more = { cancelGraceMs: 5000 };
    await withTrainer(misbehave('late'), more, async (handler, { options, printed }) => {
      await handler.start();
      const before = processesOf(options.worker);
      const given = training(abortOnce(printed));
      await expect(handler.train(task('bad'), given)).rejects.toBe(takenBack);
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
      expect(processesOf(options.worker)).toEqual(before);
    });
  });

  test('before it has begun: the trainer hears nothing of it', async () => {
    await withTrainer(misbehave('hang'), {}, async (handler) => {
      await handler.start();
      const given = training(AbortSignal.abort(takenBack));
      await expect(handler.train(task('bad'), given)).rejects.toBe(takenBack);
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
    });
  });
});

test('stop ends a trainer that is in the midst of a training', async () => {
  await withTrainer(misbehave('fork-and-hang'), {}, async (handler, { printed }) => {
    await handler.start();
    const failing = expect(handler.train(task('bad'), training())).rejects.toMatchObject({
      verdict: 'retryable',
    });
    await printed;
    await handler.stop();
    await failing;
  });
});

describe.concurrent('a trainer that does not become ready', () => {
  const fails: [how: string, message: RegExp, starts: number][] = [
    ['die-before-ready', /^the worker is unfit: 2 trainers.*code 1: no module named torch$/, 2],
    ['die-in-different-ways', /^the worker is unfit: 3 trainers.*ended with code 13$/, 3],
    ['config-before-ready', /^the trainer ended with code 78$/, 1],
    ['hang-before-ready', /^the worker is unfit: 2 trainers.*not ready within 0.2 s$/, 0],
    ['other-protocol', /^the worker is unfit: 2 trainers.*\/protocol must be equal to constant/, 0],
  ];
  const likeFails: typeof fails = [
    ['die-alike-but-for-numbers', /^the worker is unfit: 2 trainers.*no GPU/, 2],
    ['result-before-ready', /^the worker is unfit: 2 trainers.*said result out of turn$/, 0],
  ];

  const isGivenUp = async (how: string, message: RegExp, starts: number): Promise<void> => {
    const { root } = optionsFor('true');
    const counter = `${root}/starts`;
    const hangs = how === 'hang-before-ready';
    const more = { startAttempts: 3, ...(hangs && { startTimeoutMs: 200 }) };
    await withTrainer(misbehave(how, counter), more, async (handler) => {
      await expect(handler.start()).rejects.toMatchObject({
        verdict: 'fatal',
        message: expect.stringMatching(message) as string,
      });
      expect(existsSync(counter) ? readFileSync(counter, 'utf8').length : 0).toBe(starts);
    });
  };

  test.each(fails)('%s is given up', isGivenUp);

  for (const [how, message, starts] of likeFails)
    testInWhole(`${how} is given up`, () => isGivenUp(how, message, starts));

  test('at first only is started again', async () => {
    const { root } = optionsFor('true');
    await withTrainer(misbehave('die-once-before-ready', `${root}/starts`), {}, async (handler) => {
      await handler.start();
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
    });
  });

  test.each(['/no/such/program', 'no-such-program', '/etc/passwd', '/tmp'])(
    'since there is no program %s, is given up at once',
    async (command) => {
      await withTrainer(command, {}, async (handler) => {
        await expect(handler.start()).rejects.toMatchObject({
          verdict: 'fatal',
          message: expect.stringContaining(`${command} can't be started`) as string,
        });
      });
    },
  );

  test('since a root is missing, is given up at once', async () => {
    const { options } = optionsFor(misbehave('echo'));
    const handler = openExecHandler({
      ...options,
      shards: { ...options.shards, roots: ['/no/such'] },
    });
    await expect(handler.start()).rejects.toMatchObject({ verdict: 'fatal' });
  });

  test('since the allow-list is wrong, is given up at once', async () => {
    const { options } = optionsFor(misbehave('echo'));
    const shards = { ...options.shards, allowedHosts: ['https://example.com/'] };
    const handler = openExecHandler({ ...options, shards });
    await expect(handler.start()).rejects.toThrow(/--allow-host .* is no host/);
  });
});

test('a trainer that dies between two tasks is started anew for the next', async () => {
  await withTrainer(misbehave('die-when-idle'), {}, async (handler, { lines }) => {
    await handler.start();
    for (let n = 1; n <= 3; n += 1) {
      expect(await handler.train(task('good'), training())).toEqual({ samples: 7 });
      await expect.poll(() => warningsOf(lines).length).toBe(n);
    }
  });
});

test('an answer to the task before is not taken for one to this task', async () => {
  await withTrainer(misbehave('stale'), {}, async (handler) => {
    await handler.start();
    expect(await handler.train(task('bad'), training())).toEqual({ samples: 1 });
    expect(await handler.train(task('bad'), training())).toEqual({ samples: 2 });
  });
});

test('10,000 progress lines arrive in order', async () => {
  await withTrainer(misbehave('progress'), {}, async (handler) => {
    await handler.start();
    const watched = training();
    await handler.train(task('bad'), watched);
    expect(watched.fractions).toEqual(Array.from({ length: 10_000 }, (_, n) => n / 10_000));
  });
});

test('a trainer that does not answer pings is worth a warning, and no more', async () => {
  const more = { pingIntervalMs: 20, pingTimeoutMs: 100 };
  await withTrainer(misbehave('hang'), more, async (handler, { lines }) => {
    await handler.start();
    const warned = expect.poll(() => warningsOf(lines)).not.toEqual([]);
    // A second warning would come at the next interval, or after the next timeout.
    const given = training(abortOnce(warned.then(() => sleep(300))));
    await expect(handler.train(task('bad'), given)).rejects.toBe(takenBack);
    expect(warningsOf(lines)).toEqual([expect.stringMatching(/has not answered a ping for/)]);
  });
});

test('a trainer that answers pings gets more of them', async () => {
  await withTrainer(
    misbehave('print-pings'),
    { pingIntervalMs: 20 },
    async (handler, { lines }) => {
      await handler.start();
      await expect.poll(() => lines.length).toBeGreaterThan(3);
      const { output } = await handler.train(task('t'), training());
      expect(Number(output?.['request'])).toBeGreaterThan(3);
      expect(new Set(lines.map(({ text }) => text))).toEqual(new Set(['ping']));
    },
  );
});

test('a trainer sees of the environment what the list allows, and three open descriptors beside 3 and 4', async () => {
  const secret = {
    RABBITMQ_PASSWORD: 'secret-1',
    AMQP_URL: 'amqp://a:secret-2@b',
    AWS_SECRET_ACCESS_KEY: 'secret-3',
    TOPO_VAR_x: 'secret-4',
    NODE_OPTIONS: '',
    LD_PRELOAD: '',
    MY_TOKEN: 'meant',
    LC_CTYPE: 'C.UTF-8',
  };
  Object.assign(process.env, secret);
  try {
    await withTrainer(misbehave('environment'), { environment: ['MY_TOKEN'] }, async (handler) => {
      await handler.start();
      const { output } = await handler.train(task('bad'), training());
      expect(JSON.stringify(output)).not.toContain('secret-');
      expect(Object.keys(output ?? {}).filter((name) => !expected.test(name))).toEqual([]);
      expect(output).toMatchObject({ MY_TOKEN: 'meant', LC_CTYPE: 'C.UTF-8', TOPO_PROTOCOL: '1' });
    });
    await withTrainer(misbehave('descriptors'), {}, async (handler) => {
      await handler.start();
      const { output } = await handler.train(task('bad'), training());
      // The sixth is the one that lists them; what this process was itself started with goes to
      // every child.
      const inherited = listDescriptors().filter((fd) => fd > 5);
      expect(output?.['open']).toEqual([0, 1, 2, 3, 4, 5, ...inherited]);
    });
  } finally {
    for (const name of Object.keys(secret)) Reflect.deleteProperty(process.env, name);
  }
});

const listDescriptors = (): number[] =>
  JSON.parse(
    execFileSync(
      python,
      ['-c', "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"],
      { encoding: 'utf8' },
    ),
  ) as number[];

const expected =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|TZ|LANG|LANGUAGE|LC_.*|CUDA_.*|NVIDIA_.*|OMP_.*|PYTHON.*|VIRTUAL_ENV|CONDA_PREFIX|LD_LIBRARY_PATH|MY_TOKEN|TOPO_PROTOCOL|TOPO_WORKER)$/;

test('nothing of a task is in the arguments or in the environment', async () => {
  const hostile = { '$(touch /tmp/x)': '`id`', command: '; rm -rf /' };
  for (const how of ['argv', 'environment']) {
    await withTrainer(misbehave(how), {}, async (handler) => {
      await handler.start();
      const given = task('marker-$(id)', {
        hyperparameters: hostile,
        labels: { PATH: 'marker-2' },
      });
      const { output } = await handler.train(given, training());
      expect(JSON.stringify(output)).not.toMatch(/marker|rm -rf|touch/);
    });
  }
});

test('what the trainer is sent is what the schema says', async () => {
  const schema: unknown = JSON.parse(readFileSync('schema/exec.schema.json', 'utf8'));
  const ajv = new Ajv2020({ strict: false }).addSchema(schema as object, 'exec');
  await withTrainer(misbehave('echo'), {}, async (handler, { root }) => {
    writeFileSync(`${root}/s.npz`, 'x');
    await handler.start();
    const given = task('t', { shard: { uri: 's.npz' }, hyperparameters: { a: 1 }, seed: 3 });
    const { output } = await handler.train(given, training());
    expect(ajv.validate('exec#/$defs/train', output), ajv.errorsText()).toBe(true);
    const shard = { uri: 's.npz', path: `${root}/s.npz` };
    expect(output).toEqual({ type: 'train', request: 1, attempt: 1, task: { ...given, shard } });
  });
});

test('a result that names __proto__ changes nothing but itself', async () => {
  await withTrainer(misbehave('proto'), {}, async (handler) => {
    await handler.start();
    const { output } = await handler.train(task('bad'), training());
    expect(JSON.stringify(output)).toBe('{"__proto__":{"a":1}}');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});

test('a task that is nested 100,000 deep is poison, and takes nothing down', async () => {
  await withTrainer(misbehave('echo'), {}, async (handler) => {
    await handler.start();
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    await expect(
      handler.train(task('t', { hyperparameters: { deep } }), training()),
    ).rejects.toMatchObject({ verdict: 'poison' });
  });
});
