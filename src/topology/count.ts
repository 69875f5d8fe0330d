// Formats counts for people.

/** Separates thousands by commas: `1,204`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** `1 message`, `1,204 messages`. */
export const plural = (n: number, noun: string): string =>
  `${count(n)} ${n === 1 ? noun : noun.replace(/([^aeiou])y$/, '$1ie').concat('s')}`;
