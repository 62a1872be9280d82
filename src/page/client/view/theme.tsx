import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
const place = 'theme';

export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(place);
    return themes.find((theme) => theme === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

/** The style sheet reads the attribute; without it the system's wish rules. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = theme;
}

/** Goes through system, light and dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(keptTheme);
  const choose = () => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
    setTheme(next);
    applyTheme(next);
    try {
      localStorage.setItem(place, next);
    } catch {
      // The choice then lasts as long as the page.
    }
  };
  return (
    <button type="button" class="icon-button" onClick={choose} title={`Theme: ${theme}`}>
      <Icon name={theme} />
      <span class="hidden">Theme: {theme}. Change it</span>
    </button>
  );
}
