/** How ratings are divided into those that models learn from and those that they are tested on. */
export const splitMethods = ['leave-last-out', 'random', 'by-time', 'by-user'] as const;
