/** The id in what a job of this page answered: of the evaluation or search that it made. */
export const resultId = (result: unknown): string | null => (typeof result === 'object' && result !== null && 'id' in result && typeof result.id === 'string' ? result.id : null);
