import { AppShell, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Suspense, useEffect, useRef } from 'react';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { Loading } from '../components/Loading.tsx';
import { useEngine } from '../host/engine.ts';
import { workspaceTitle } from '../host/workspace.ts';
import { useRoute } from '../stores/route.ts';
import classes from './Frame.module.css';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Palette } from './Palette.tsx';
import { pages } from './pages.tsx';
import { NewWorkspace } from './NewWorkspace.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { useShellCommands } from './shellCommands.ts';

/** Puts the focus on a page's heading once it is there, so that keyboard and screen reader start at its top. */
function useFocusOnPageChange(page: string): void {
  const shown = useRef(page);
  useEffect(() => {
    if (shown.current === page) return undefined;
    shown.current = page;
    const main = document.querySelector<HTMLElement>('#main');
    const lost = () => document.activeElement === document.body || main?.contains(document.activeElement) === false;
    const focus = () => {
      if (lost()) main?.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
    };
    main?.scrollTo(0, 0);
    main?.querySelector<HTMLElement>('[data-page-title]')?.focus({ preventScroll: true });
    // The heading may come later, and may be drawn again when the page's data is there.
    const observer = new MutationObserver(focus);
    if (main !== null) observer.observe(main, { childList: true, subtree: true });
    const stop = () => observer.disconnect();
    const ended = new AbortController();
    for (const event of ['keydown', 'pointerdown'] as const) window.addEventListener(event, stop, { once: true, capture: true, signal: ended.signal });
    return () => {
      stop();
      ended.abort();
    };
  }, [page]);
}

/** The window: header, navigation and the page that the address names. */
export function Frame() {
  const { page } = useRoute();
  const entry = pages.find(({ id }) => id === page) ?? pages[0];
  const summary = useEngine('workspace.summary', {});
  const workspace = summary.data ? workspaceTitle(summary.data) : undefined;
  useDocumentTitle([entry?.title, workspace, 'Reelbench'].filter((part) => part !== undefined).join(' · '));
  useFocusOnPageChange(page);
  useShellCommands();
  if (entry === undefined) return null;
  const { Content } = entry;
  return (
    <>
      <a className={classes['skip']} href="#main" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>('#main')?.focus(); }}>
        Skip to the page
      </a>
      <AppShell header={{ height: 44 }} navbar={{ width: 168, breakpoint: 0 }} padding={0} transitionDuration={0}>
        <AppShell.Header className={classes['header']}>
          <Header />
        </AppShell.Header>
        <AppShell.Navbar className={classes['navbar']} p={8} aria-label="Pages">
          <Navigation current={entry.id} />
        </AppShell.Navbar>
        <AppShell.Main className={classes['main']}>
          <div id="main" tabIndex={-1} className={classes['scroll']}>
            <ErrorBoundary key={entry.id}>
              <Suspense fallback={<div style={{ padding: 24 }}><Loading /></div>}>
                <Content />
              </Suspense>
            </ErrorBoundary>
          </div>
        </AppShell.Main>
      </AppShell>
      <VisuallyHidden aria-live="polite">{entry.title}</VisuallyHidden>
      <Palette />
      <ShortcutSheet />
      <NewWorkspace />
    </>
  );
}
