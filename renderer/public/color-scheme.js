// Runs before the first paint, so that the window opens in its own colours and does not flash. Mirrors Mantine's ColorSchemeScript.
(() => {
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('reelbench-color-scheme') ?? 'auto';
  } catch {
    // Storage is off: follow the system.
  }
  if (scheme !== 'light' && scheme !== 'dark') scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.mantineColorScheme = scheme;
})();
