import { Button, LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

interface IIconButtonProps {
  icon: LabIcon;
  label: string;
  onClick(event: React.MouseEvent<HTMLButtonElement>): void;
  disabled?: boolean;
  hasMenu?: boolean;
  pressed?: boolean;
}

/** A small button with an icon; its label is read aloud and shown on hover. */
export function IconButton(props: IIconButtonProps): JSX.Element {
  const { icon, label, onClick, disabled, hasMenu, pressed } = props;
  return (
    <Button
      minimal
      small
      className="jca-IconButton"
      title={label}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <icon.react tag="span" elementSize="normal" aria-hidden="true" />
    </Button>
  );
}
