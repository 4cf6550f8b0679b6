// Before the first paint: the chosen theme and language, so that nothing flashes.
(() => {
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem('theme');
    root.lang = localStorage.getItem('locale') ?? (/^fr\b/.test(navigator.language) ? 'fr' : 'en');
  } catch {}
  const dark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  // The words of the language are asked for beside the scripts, not after them.
  const words = document.currentScript?.dataset[root.lang];
  if (!words) return;
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.crossOrigin = '';
  link.href = words;
  document.head.append(link);
})();
