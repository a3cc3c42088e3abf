/** Texts that mean "no value" unless an import says otherwise, besides the empty cell. */
export const nullTokens: readonly string[] = ['NULL', 'null', '\\N', 'NA', 'N/A', 'nan', 'NaN', 'None'];
