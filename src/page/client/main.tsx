import { render } from 'preact';
import { App } from './app.tsx';
import { Hub } from './link/hub.ts';
import { takeToken } from './link/token.ts';
import { applyTheme, keptTheme } from './view/theme.tsx';

/** Starts the page: what is known goes to `Hub`, what is shown comes from `App`. */
applyTheme(keptTheme());
const hub = new Hub();
hub.open(takeToken());
// A new address that is pasted into this tab changes the fragment only: the browser then loads nothing anew.
addEventListener('hashchange', () => hub.open(takeToken()));
document.addEventListener('visibilitychange', () => hub.wake());
addEventListener('online', () => hub.wake());
render(<App hub={hub} />, document.body);
