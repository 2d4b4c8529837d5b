import * as React from 'react';
import { INotice } from '../model/notices';
import { useServices, useSession } from './context';
import { clockTime, exactTime } from './time';
import { useSignal } from './useSignal';
import { INames, noticeText } from './words';

/** As many stand there in full. */
const UNFOLDED = 2;

/** Lines that nobody wrote; of many, the last one stays in sight. */
export const NoticesRow = React.memo(function NoticesRow(props: {
  notices: readonly INotice[];
}): JSX.Element {
  const { trans, workspace } = useServices();
  const session = useSession();
  const { notices } = props;
  useSignal(workspace.changed);
  const [open, setOpen] = React.useState(false);
  const names: INames = {
    nameOf: id => session.nameOf(id),
    describe: place => workspace.describe(place)
  };
  const folded = notices.length > UNFOLDED;
  const shown = folded && !open ? notices.slice(-1) : notices;
  return (
    <div className="jca-Notices">
      {folded && (
        <button
          type="button"
          className="jca-Notices-fold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open
            ? trans.__('Show less')
            : trans._n(
                '%1 earlier event',
                '%1 earlier events',
                notices.length - 1
              )}
        </button>
      )}
      {shown.map(notice => (
        <p
          key={notice.key}
          className={
            notice.kind === 'run_failed'
              ? 'jca-Notices-line jca-mod-failed'
              : 'jca-Notices-line'
          }
          title={exactTime(notice.at)}
        >
          {noticeText(notice, names, trans)}
          {' · '}
          {clockTime(notice.at)}
        </p>
      ))}
    </div>
  );
});
