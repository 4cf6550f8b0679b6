/** Light, dark, or as the device is set. `public/theme.js` applies it before the first paint. */
export type Theme = 'system' | 'light' | 'dark';

const dark = matchMedia('(prefers-color-scheme: dark)');
let chosen = $state<Theme>(read());
let shown = $state<'light' | 'dark'>(effective());

export function theme(): Theme {
  return chosen;
}

export function shownTheme(): 'light' | 'dark' {
  return shown;
}

export function setTheme(next: Theme): void {
  chosen = next;
  try {
    if (next === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', next);
  } catch {
    // Without storage it lasts as long as the page.
  }
  apply();
}

dark.addEventListener('change', apply);

function read(): Theme {
  try {
    const kept = localStorage.getItem('theme');
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

function effective(): 'light' | 'dark' {
  if (chosen !== 'system') return chosen;
  return dark.matches ? 'dark' : 'light';
}

function apply(): void {
  shown = effective();
  document.documentElement.dataset.theme = shown;
}
