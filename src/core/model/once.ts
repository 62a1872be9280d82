/** Returns a function that makes its answer when it is first asked, and keeps it. */
export function once<Answer>(make: () => Answer): () => Answer {
  let made: { readonly answer: Answer } | null = null;
  return () => (made ??= { answer: make() }).answer;
}
