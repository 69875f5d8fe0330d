// Names kinds of changes.

export const pastTense = {
  create: 'created',
  update: 'updated',
  replace: 'replaced',
  delete: 'deleted',
} as const;
