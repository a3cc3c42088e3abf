import { Component, type ErrorInfo, type ReactNode } from 'react';
import { asReelbenchError } from '../host/engine.ts';
import { ErrorPanel } from './ErrorPanel.tsx';

interface Props {
  readonly children: ReactNode;
}

/** Keeps a page's defect on that page: the rest of the app goes on. */
export class ErrorBoundary extends Component<Props, { thrown: unknown }> {
  override state: { thrown: unknown } = { thrown: null };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown };
  }

  override componentDidCatch(thrown: unknown, info: ErrorInfo): void {
    console.error(thrown, info.componentStack);
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === null) return this.props.children;
    return (
      <div style={{ padding: 24 }}>
        <ErrorPanel error={asReelbenchError(thrown).toData()} onRetry={() => this.setState({ thrown: null })} />
      </div>
    );
  }
}
