/** Where the page lives on the desktop: a scheme of its own, never file://. */
export const scheme = 'app';
export const authority = 'reelbench';
export const pageAddress = `${scheme}://${authority}/index.html`;

/** Whether an address is the app's own page. Compared by parts: Node calls every custom scheme's origin 'null'. */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === `${scheme}:` && url.host === authority;
}

/** The one kind of address that may leave the app for the user's browser: https, without a name or a password in it. */
export function isSafeExternal(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && url.protocol === 'https:' && url.username === '' && url.password === '';
}
