import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './global.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { queryClient } from '../host/engine.ts';
import { styleNonce } from '../host/nonce.ts';
import { followEngine } from './follow.ts';
import { Frame } from './Frame.tsx';
import { cssVariables, theme } from './theme.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root.');
const colorSchemeManager = localStorageColorSchemeManager({ key: 'reelbench-color-scheme' });

followEngine();
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" colorSchemeManager={colorSchemeManager} getStyleNonce={styleNonce}>
        <Notifications position="bottom-right" limit={4} />
        <ErrorBoundary>
          <Frame />
        </ErrorBoundary>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
