import { create } from 'zustand';

interface Ui {
  readonly shortcutSheet: boolean;
  readonly newWorkspace: boolean;
}

/** What is open over the page. */
export const useUi = create<Ui>()(() => ({ shortcutSheet: false, newWorkspace: false }));
