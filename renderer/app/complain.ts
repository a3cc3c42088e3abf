import { notifications } from '@mantine/notifications';
import { asReelbenchError } from '../host/engine.ts';

/** Says that something did not work, why, and what to do, where no panel of a page is there to say it. */
export function complain(thrown: unknown): void {
  const { message, hint } = asReelbenchError(thrown);
  // Read at leisure: it may name a process to end.
  notifications.show({ title: message, message: hint ?? '', color: 'red', autoClose: 15_000 });
}
