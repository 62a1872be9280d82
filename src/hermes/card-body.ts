/** What a monitoring card says to its worker and to later judges: to watch on is no failure. */
export const cardTitle = 'monitor my sessions';
export const cardBody =
  'Watch my agent sessions with the skill agent-sessions-monitor: repair the registry, report drift on this card.\n\n' +
  'DONE only when the user wrote "stop monitoring" on this card. Still watching is not done and not a failure: continue.';
