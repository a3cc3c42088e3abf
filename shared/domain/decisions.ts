/** The rule of a row that was set aside by hand. */
export const BY_HAND = 'by hand';
