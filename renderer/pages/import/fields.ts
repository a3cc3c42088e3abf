import type { FilePreview } from '../../../shared/contract/sources.ts';

/** Core fields that the file's kind requires and no column fills. */
export const missingFields = ({ fields, columns }: FilePreview): string[] => fields.filter(({ name, required }) => required && !columns.some(({ field }) => field === name)).map(({ name }) => name);
