import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ErrorCode, ErrorData } from '../../shared/contract/errors.ts';
import { CopyText } from './CopyText.tsx';
import classes from './ErrorPanel.module.css';

/** What happened, in a few words. */
export const errorTitles: Record<ErrorCode, string> = {
  'invalid-arguments': 'This was not asked in a way that can be answered',
  'invalid-input': 'A file cannot be read',
  'not-found': 'Not found',
  'not-ready': 'Something else must come first',
  blocked: 'Stopped by a quality rule',
  'workspace-in-use': 'The workspace is in use',
  'workspace-read-only': 'The workspace cannot be written',
  'disk-full': 'The disk is full',
  'out-of-memory': 'Out of memory',
  cancelled: 'Cancelled',
  'engine-lost': 'The engine stopped',
  forbidden: 'Not allowed',
  internal: 'Something is wrong in Reelbench itself',
};

const place = ({ file, line, column }: ErrorData): string | null => {
  const parts = [file, line === undefined ? undefined : `line ${line}`, column === undefined ? undefined : `column ${column}`].filter((part) => part !== undefined);
  return parts.length === 0 ? null : parts.join(', ');
};

/** An error as a few lines of text, for a report. */
export function errorDetails(error: ErrorData): string {
  const where = place(error);
  return [`${errorTitles[error.code]} (${error.code})`, error.message, ...(where === null ? [] : [`Where: ${where}`]), ...(error.hint === undefined ? [] : [`What to do: ${error.hint}`])].join('\n');
}

export interface ErrorPanelProps {
  readonly error: ErrorData;
  readonly onRetry?: (() => void) | undefined;
  readonly actions?: ReactNode;
}

/** An error in plain words: what, where, what to do, and its details to copy. */
export function ErrorPanel({ error, onRetry, actions }: ErrorPanelProps) {
  const where = place(error);
  return (
    <Alert
      variant="default"
      icon={<IconAlertTriangle size={18} />}
      title={errorTitles[error.code]}
      role="alert"
      maw={760}
      classNames={{ root: classes['root'] ?? '', icon: classes['accent'] ?? '', title: classes['accent'] ?? '' }}
      data-calm={error.code === 'cancelled' || error.code === 'not-ready' || undefined}
    >
      <Stack gap="xs">
        <Text style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>{error.message}</Text>
        {where !== null && (
          <Text size="sm">
            Where: <span className="rb-mono">{where}</span>
          </Text>
        )}
        {error.hint !== undefined && <Text size="sm">{error.hint}</Text>}
        <Group gap="xs">
          {onRetry !== undefined && (
            <Button variant="default" onClick={onRetry}>
              Try again
            </Button>
          )}
          {actions}
          <CopyText text={errorDetails(error)}>Copy details</CopyText>
          <Code ml="auto">{error.code}</Code>
        </Group>
      </Stack>
    </Alert>
  );
}
