/** 1 strongest. A weaker rung never overwrites a stronger one. */
export type Rung = 1 | 2 | 3;
