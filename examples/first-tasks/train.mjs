// A trainer for the first minute: fits a line to points that it draws from the task's seed, and reports the loss.
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs off the worker's AMQP thread; what it returns becomes the task's result. */
export async function train(task, { signal, onProgress }) {
  const { learning_rate = 0.5, steps = 200 } = task.hyperparameters ?? {};
  const points = drawPoints(task.seed ?? 0);
  let [slope, offset] = [0, 0];
  for (let step = 1; step <= steps; step++) {
    const [slopeGradient, offsetGradient] = gradient(points, slope, offset);
    slope -= learning_rate * slopeGradient;
    offset -= learning_rate * offsetGradient;
    if (step % 20 === 0) {
      onProgress({ fraction: step / steps });
      await sleep(30, undefined, { signal });
    }
  }
  return {
    samples: points.length,
    metrics: { loss: loss(points, slope, offset) },
    output: { slope, offset },
  };
}

/** The same for the same seed, wherever and however often it is drawn. */
function drawPoints(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: 100 }, () => {
    const x = uniform();
    return { x, y: 2 * x + 1 + (uniform() - 0.5) / 10 };
  });
}

function gradient(points, slope, offset) {
  let [bySlope, byOffset] = [0, 0];
  for (const { x, y } of points) {
    const error = slope * x + offset - y;
    bySlope += error * x;
    byOffset += error;
  }
  return [bySlope / points.length, byOffset / points.length];
}

function loss(points, slope, offset) {
  const squares = points.map(({ x, y }) => (slope * x + offset - y) ** 2);
  return squares.reduce((sum, square) => sum + square, 0) / points.length;
}
