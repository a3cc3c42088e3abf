import { Button, type ButtonProps } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { copyText } from '../host/clipboard.ts';

/** A button that copies a text and says so for a moment. */
export function CopyText({ text, children, ...props }: { readonly text: string; readonly children: string } & Omit<ButtonProps, 'children'>) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button variant="subtle" color="gray" {...props} onClick={() => void copyText(text).then(setCopied)} leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}>
      {copied ? 'Copied' : children}
    </Button>
  );
}
