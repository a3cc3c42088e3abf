/* In the page's own world: what would open a window is put before the main process, which decides, and opens nothing here. */
(() => {
  const { fireOpen } = globalThis.standInBridge('page');
  const ask = (address) => fireOpen(new URL(address, location.href).href);
  window.open = (address = 'about:blank') => {
    ask(address);
    return null;
  };
  window.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a[target=_blank]') : null;
    if (!link || event.defaultPrevented) return;
    event.preventDefault();
    ask(link.href);
  });
  delete globalThis.standInBridge;
})();
