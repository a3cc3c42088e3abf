import { app, session, shell } from 'electron';
import { isOwnPage, isSafeExternal } from './address.ts';

/**
 * What no page in any window of the app may do: leave its own address, open windows, hold a webview, or get a permission
 * beyond writing text to the clipboard, which copying cells needs.
 */
export function guardEveryPage(): void {
  app.on('web-contents-created', (_event, contents) => {
    const prevent = (details: { preventDefault(): void }) => details.preventDefault();
    contents.on('will-navigate', prevent);
    contents.on('will-redirect', prevent);
    contents.on('will-frame-navigate', prevent);
    contents.on('will-attach-webview', prevent);
    contents.setWindowOpenHandler(({ url }) => {
      safeOpenExternal(url);
      return { action: 'deny' };
    });
  });
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === 'clipboard-sanitized-write' && isOwnPage(contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler((contents, permission) => permission === 'clipboard-sanitized-write' && contents !== null && isOwnPage(contents.getURL()));
  session.defaultSession.setDevicePermissionHandler(() => false);
}

/** Hands an address to the user's browser, when it is one that may be. */
function safeOpenExternal(address: string): void {
  if (isSafeExternal(address)) void shell.openExternal(address);
}
