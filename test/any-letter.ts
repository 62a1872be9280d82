import fc from 'fast-check';

/**
 * Any letter of Unicode, half a pair too. For `unit: 'binary'` fast-check first makes a table of all 1.1 million, which
 * takes seconds in each process.
 */
export const anyLetter = fc.nat(0x10_ff_ff).map((code) => String.fromCodePoint(code));
