// Colours, if the output has any. picocolors' createColors makes one.

type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
export type Paint = Readonly<Record<Colour, (text: string) => string>>;
