// Results that are not valid in ways that train-by-hand.broker.test.ts leaves out.
import { test } from 'vitest';
import { ByHand } from '../by-hand.ts';
import { answerSpoiled, oddlySpoiled } from '../spoiled-results.ts';

const hand = new ByHand();

test.each(oddlySpoiled)(
  'a result with $what leaves the queue, counts as a failure, and its unit is asked for again, in other words',
  (one) => answerSpoiled(hand, one),
);
