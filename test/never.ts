import { setMaxListeners } from 'node:events';

/** A signal that never comes: how long a busy machine takes is the test's own limit alone. */
export const never = new AbortController().signal;
// All tests of a process share it.
setMaxListeners(0, never);
