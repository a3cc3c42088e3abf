import { BrowserWindow, Notification } from 'electron';
import type { Alert } from '../../shared/contract/index.ts';

/** Notifications that are on the screen: one that nothing holds may be collected before it is clicked. */
const shown = new Set<Notification>();

/** Shows an alert as a notification of the desktop; a click brings the window. Answers false where the system shows none. */
export function notify({ title, message }: Alert): boolean {
  if (!Notification.isSupported()) return false;
  const notification = new Notification({ title, body: message });
  shown.add(notification);
  notification.on('click', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.show();
    window?.focus();
  });
  notification.on('close', () => shown.delete(notification));
  notification.show();
  return true;
}
