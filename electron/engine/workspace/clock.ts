/** The time now. Passed in, so that a test or a replay can say what time it is. */
export type Clock = () => Date;
export const systemClock: Clock = () => new Date();
