/** The answer of one check of `doctor`. */
export interface Finding {
  readonly id: string;
  readonly ok: boolean;
  readonly message: string;
  /** What to do now; `null` if all is well. */
  readonly cure: string | null;
}

export function good(id: string, message: string): Finding {
  return { id, ok: true, message, cure: null };
}

export function bad(id: string, message: string, cure: string): Finding {
  return { id, ok: false, message, cure };
}
