import type { Alert } from '../../shared/contract/log.ts';

/** Whether a browser may show notifications: `desktop` where Reelbench itself does, `none` where the browser knows none. */
export type NotificationState = 'desktop' | 'none' | NotificationPermission;

export function notificationState(): NotificationState {
  if (window.reelbench !== undefined) return 'desktop';
  return typeof Notification === 'undefined' ? 'none' : Notification.permission;
}

/** Asks the person; only a click may lead here. */
export function askForNotifications(): Promise<NotificationState> {
  return typeof Notification === 'undefined' ? Promise.resolve('none') : Notification.requestPermission();
}

/** Shows the alert as a notification of the browser; false where that was not allowed. Several pages show it once. */
export function showOnDesktop({ id, title, message }: Alert): boolean {
  if (notificationState() !== 'granted') return false;
  try {
    const notification = new Notification(title, { body: message, tag: id });
    notification.addEventListener('click', () => window.focus());
    return true;
  } catch {
    return false; // some browsers know the interface and show nothing without a service worker
  }
}
