/** A part of the page that changes by itself. */
export interface Live<Value> {
  /** What is known of it now. */
  readonly value: Value;
  /** Keeps it up to date until the signal aborts. */
  follow(onChange: () => void, signal: AbortSignal): void;
}
