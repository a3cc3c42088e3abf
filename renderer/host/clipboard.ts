/** Puts text on the clipboard; answers whether it went. Falls back to a copied selection where the page has no permission. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const copy = (event: ClipboardEvent) => {
      event.clipboardData?.setData('text/plain', text);
      event.preventDefault();
    };
    document.addEventListener('copy', copy, { once: true });
    const done = document.execCommand('copy');
    document.removeEventListener('copy', copy);
    return done;
  }
}
