import * as React from 'react';
import { reason } from '../request';
import { Notice } from './Notice';

interface IBoundaryProps {
  /** What has failed, and what to do. */
  text: string;
  again: string;
  children: React.ReactNode;
}

/** A fault in a part of the panel: say so, and keep the rest of it. */
export class Boundary extends React.Component<
  IBoundaryProps,
  { problem: string | null }
> {
  state = { problem: null };

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: reason(error) };
  }

  render(): React.ReactNode {
    const { text, again, children } = this.props;
    return this.state.problem === null ? (
      children
    ) : (
      <Notice
        tone="error"
        text={text}
        detail={this.state.problem}
        action={{ label: again, run: () => this.setState({ problem: null }) }}
      />
    );
  }
}
