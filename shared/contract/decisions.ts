import { z } from 'zod';

/**
 * `quarantine`: rows set aside by hand; `restore`: rows taken back that a rule or a hand set aside; `fix`: a rule's fix
 * switched on or off; `merge` and `refuse`: films that are one, or are not.
 */
export const DecisionKind = z.enum(['fix', 'quarantine', 'restore', 'merge', 'refuse']);
export type DecisionKind = z.infer<typeof DecisionKind>;
