// Moments between which a process may have been stopped, or its machine may have slept.

export interface Moment {
  /** Stands still while the machine sleeps. */
  readonly ran: number;
  /** May be set. */
  readonly clock: number;
}

export const moment = (): Moment => ({ ran: performance.now(), clock: Date.now() });

/** Milliseconds, rather too many than too few. */
export const elapsed = ({ ran, clock }: Moment): number =>
  Math.max(performance.now() - ran, Date.now() - clock);
