const place = 'token';

/**
 * Returns the token of this tab, `null` if it has none. A token in the address is kept for reloads of this tab only, and
 * leaves the address bar and its history at once.
 */
export function takeToken(): string | null {
  const given = location.hash.slice(1);
  if (given === '') return kept();
  history.replaceState(null, '', location.pathname);
  try {
    sessionStorage.setItem(place, given);
  } catch {
    // A browser that keeps nothing still shows the page until it is loaded anew.
  }
  return given;
}

/** Forgets a token that the server refused. */
export function dropToken(): void {
  try {
    sessionStorage.removeItem(place);
  } catch {
    // Nothing was kept.
  }
}

function kept(): string | null {
  try {
    return sessionStorage.getItem(place);
  } catch {
    return null;
  }
}
