// Describes the events that people want to know of.
import type { DispatchReason, TimelineEntry } from '../train/model/records.ts';
import type { Unit } from '../train/model/unit.ts';
import { renderFigure } from './figures.ts';

export interface Words {
  readonly tone: 'plain' | 'good' | 'warning' | 'bad';
  /** What came from outside stands in it as it came. */
  readonly text: string;
  /** What the trainer printed last. */
  readonly lines?: readonly string[];
}

/** Undefined if all goes its usual way. */
export function describe(entry: TimelineEntry): Words | undefined {
  switch (entry.kind) {
    case 'started':
      return undefined;
    case 'accepted':
      return describeEvaluation(entry);
    case 'dispatched':
      return describeDispatch(entry.unit, entry.queue, entry.why);
    case 'failed':
      return describeFailure(entry);
    case 'given_up': {
      const attempts = entry.attempt === 1 ? '1 attempt' : `${entry.attempt} attempts`;
      const text = `${entry.worker} gave up ${nameOf(entry.unit)} after ${attempts}`;
      return { tone: 'bad', text };
    }
    case 'dropped':
      return describeDrop(entry);
    case 'worker':
      return {
        tone: workerTones[entry.state],
        text: `${entry.worker} ${workerWords[entry.state]}, queue ${entry.queue}`,
      };
    case 'left_out':
      return {
        tone: 'bad',
        text: `${nameOf(entry.unit)} is left out: ${shorten(entry.reason)}`,
      };
    case 'taken_back': {
      const tasks = entry.units === 1 ? '1 waiting task' : `${entry.units} waiting tasks`;
      return { tone: 'plain', text: `${tasks} taken back from queue ${entry.queue}` };
    }
    case 'coordinator':
      return coordinatorWords[entry.state];
  }
}

export const nameOf = ({ kind, round, shard }: Unit): string => {
  switch (kind) {
    case 'init':
      return 'the first parameters';
    case 'evaluate':
      return `the evaluation of round ${round}`;
    case 'train':
      return `round ${round}, shard ${shard}`;
  }
};

function describeFailure(entry: Extract<TimelineEntry, { kind: 'failed' }>): Words {
  const nth = entry.attempt === undefined ? '' : `, attempt ${entry.attempt}`;
  const what = `${entry.worker} failed at ${nameOf(entry.unit)}${nth}`;
  const [error = '', ...lines] = entry.error.split('\n');
  return { tone: 'bad', text: `${what} (${entry.verdict}): ${shorten(error)}`, lines };
}

/** Why a unit was sent once more. */
const reasons: Readonly<Record<Exclude<DispatchReason, 'first' | 'straggler'>, string>> = {
  silent: 'its worker is silent',
  failed: 'its worker failed',
  invalid: 'its result was not valid',
  returned: 'no worker took it',
};

function describeDispatch(unit: Unit, queue: string, why: DispatchReason): Words | undefined {
  if (why === 'first') return undefined;
  if (why === 'straggler') {
    const text = `${nameOf(unit)} takes longer than most: a copy of it goes to queue ${queue}, too`;
    return { tone: 'plain', text };
  }
  const text = `${nameOf(unit)} sent again, to queue ${queue}: ${reasons[why]}`;
  return { tone: 'warning', text };
}

function describeEvaluation({ unit, metrics }: Extract<TimelineEntry, { kind: 'accepted' }>) {
  if (unit.kind !== 'evaluate' || metrics === undefined) return undefined;
  const figures = Object.entries(metrics).map(([name, value]) => `${name} ${renderFigure(value)}`);
  const text = `the model of round ${unit.round} evaluated: ${figures.join('  ')}`;
  return { tone: 'plain', text } as const;
}

function describeDrop(entry: Extract<TimelineEntry, { kind: 'dropped' }>): Words {
  const what = `the result of ${nameOf(entry.unit)} by ${entry.worker}`;
  return entry.why === 'late'
    ? { tone: 'plain', text: `${what} came second, and was dropped` }
    : { tone: 'bad', text: `${what} is not valid: ${shorten(entry.reason ?? 'no reason given')}` };
}

const workerWords = {
  joined: 'joined',
  silent: 'is silent',
  back: 'is back',
  draining: 'drains',
} as const;
const workerTones = {
  joined: 'plain',
  silent: 'bad',
  back: 'good',
  draining: 'plain',
} as const;

const coordinatorWords = {
  began: { tone: 'plain', text: 'the run began' },
  resumed: { tone: 'bad', text: 'the coordinator was gone; the run goes on from its ledger' },
  ended: { tone: 'plain', text: 'the coordinator ended' },
  disconnected: { tone: 'bad', text: 'the broker is out of reach' },
  connected: { tone: 'good', text: 'the broker is reached' },
} as const;

const longest = 300;
/** Keeps the end: it holds a traceback's conclusion. */
const shorten = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest / 3)} … ${text.slice(-longest / 1.5)}`;
