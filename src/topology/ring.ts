// Exchanges that keep a place for each destination, not for each binding.

/**
 * Their type loses a destination's place when one of two bindings to it goes (rabbitmq-server #9641), although the other
 * stands. Measured by publishing, type by type: docs/decisions/rings.md.
 */
const types: readonly string[] = ['x-consistent-hash'];

export const keepsRing = (type: string): boolean => types.includes(type);
