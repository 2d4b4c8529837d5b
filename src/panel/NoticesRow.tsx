import * as React from 'react';
import { INotice } from '../model/notices';
import { useServices, useSession } from './context';
import { clockTime, exactTime } from './time';
import { INames, noticeText } from './words';

/** As many stand there in full. */
const UNFOLDED = 2;

/** Lines that nobody wrote; many are folded into one. */
export const NoticesRow = React.memo(function NoticesRow(props: {
  notices: readonly INotice[];
}): JSX.Element {
  const { trans, workspace } = useServices();
  const session = useSession();
  const { notices } = props;
  const [open, setOpen] = React.useState(false);
  const names: INames = {
    nameOf: id => session.nameOf(id),
    describe: place => workspace.describe(place)
  };
  const folded = notices.length > UNFOLDED;
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
            : trans._n('%1 event', '%1 events', notices.length)}
        </button>
      )}
      {(!folded || open) &&
        notices.map(notice => (
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
