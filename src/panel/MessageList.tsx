import { Button } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Virtuoso, VirtuosoHandle } from 'react-virtuoso';
import { Row } from '../model/timeline';
import { reason } from '../request';
import { useServices, useSession } from './context';
import { MessageRow } from './MessageRow';
import { NoticesRow } from './NoticesRow';
import { WaitingRun } from './RunLine';
import { dayName } from './time';
import { useSignal, useValue } from './useSignal';

/** Far more than can be scrolled through: rows are added before the first. */
const MIDDLE = 1_000_000;
const MARKED_FOR = 2500;
/** About a message of one or two lines. */
const ROW_HEIGHT = 44;

interface IFrame {
  rows: readonly Row[];
  /** The index of the first row; smaller after each earlier page. */
  first: number;
}

/** Keep indices of rows stable while earlier ones are put before them. */
function nextFrame(frame: IFrame | null, rows: readonly Row[]): IFrame {
  if (frame === null) {
    return { rows, first: MIDDLE };
  }
  if (frame.rows === rows) {
    return frame;
  }
  // the first message that both have tells how many rows came before it
  const index = new Map(rows.map((row, i) => [row.key, i]));
  const same = frame.rows.findIndex(
    row => row.kind === 'message' && index.has(row.key)
  );
  if (same === -1) {
    return { rows, first: MIDDLE };
  }
  const before = index.get(frame.rows[same].key)! - same;
  return { rows, first: frame.first - before };
}

function useRows(threadId: string | null): IFrame {
  const session = useSession();
  const rows = useValue(session.listChanged, () => session.rows(threadId));
  const frame = React.useRef<IFrame | null>(null);
  frame.current = nextFrame(frame.current, rows);
  return frame.current;
}

/** True while somebody can be reading. */
function useLooking(): boolean {
  const { visibility } = useServices();
  useSignal(visibility.visibilityChanged);
  const [focused, setFocused] = React.useState(() => document.hasFocus());
  React.useEffect(() => {
    const look = (): void => setFocused(document.hasFocus());
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    return () => {
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
    };
  }, []);
  return focused && visibility.isVisible;
}

/** Frames that a list may take to lay itself out. */
const PATIENCE = 60;
const OWN_MOVES = ['keydown', 'pointerdown', 'touchstart', 'wheel'];

/**
 * Scroll to a message and stay there while the list lays itself out (a new one
 * does not heed at first, and what it draws pushes the message away), or until
 * the person does something.
 */
function useSeek(
  list: React.RefObject<VirtuosoHandle>
): (messageId: string, indexOf: () => number) => void {
  const frame = React.useRef(0);
  React.useEffect(() => {
    const stop = (): void => cancelAnimationFrame(frame.current);
    OWN_MOVES.forEach(move => document.addEventListener(move, stop, true));
    return () => {
      stop();
      OWN_MOVES.forEach(move => document.removeEventListener(move, stop, true));
    };
  }, []);
  return React.useCallback(
    (messageId, indexOf) => {
      const look = (frames: number): void => {
        if (!isSeen(messageId)) {
          list.current?.scrollToIndex({ index: indexOf(), align: 'center' });
        }
        if (frames > 0) {
          frame.current = requestAnimationFrame(() => look(frames - 1));
        }
      };
      cancelAnimationFrame(frame.current);
      look(PATIENCE);
    },
    [list]
  );
}

function isSeen(messageId: string): boolean {
  const row = document.querySelector(
    `.jca-List [data-message-id="${messageId}"]`
  );
  const list = row?.closest('.jca-List');
  if (!row || !list) {
    return false;
  }
  const { top, bottom } = row.getBoundingClientRect();
  const view = list.getBoundingClientRect();
  return bottom > view.top && top < view.bottom;
}

/** The messages outside threads, or of one; only what is seen is drawn. */
export function MessageList(props: { threadId: string | null }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  const { threadId } = props;
  const { rows, first } = useRows(threadId);
  const list = React.useRef<VirtuosoHandle>(null);
  const seek = useSeek(list);
  const [atBottom, setAtBottom] = React.useState(true);
  const [marked, setMarked] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const isMain = threadId === null;

  const looking = useLooking();
  React.useEffect(() => {
    if (!isMain) {
      return;
    }
    session.watch(looking && atBottom);
    return () => session.watch(false);
  }, [session, isMain, looking, atBottom]);

  const jump = React.useCallback((): void => {
    const { target } = session.navigation;
    const index = indexOf(session.rows(threadId), target);
    if (index === -1) {
      return;
    }
    session.navigation.reached();
    seek(target!, () => indexOf(session.rows(threadId), target));
    setMarked(target);
  }, [session, threadId, seek]);
  React.useEffect(() => {
    session.navigation.jumped.connect(jump);
    return () => void session.navigation.jumped.disconnect(jump);
  }, [session, jump]);
  // a thread's messages come after its view
  React.useEffect(jump, [jump, rows]);
  React.useEffect(() => {
    if (marked !== null) {
      const timer = setTimeout(() => setMarked(null), MARKED_FOR);
      return () => clearTimeout(timer);
    }
  }, [marked]);

  const loadEarlier = (): void => {
    if (isMain) {
      session.loadEarlier().then(
        () => setProblem(null),
        error => setProblem(reason(error))
      );
    }
  };
  const start = React.useMemo(
    () => startOf(rows, session.navigation.target),
    [session]
  );
  return (
    <div
      className="jca-List"
      role="log"
      aria-label={isMain ? trans.__('Messages') : trans.__('Thread')}
      aria-live="polite"
    >
      <Virtuoso
        ref={list}
        className="jca-List-scroller"
        data={rows as Row[]}
        firstItemIndex={first}
        initialTopMostItemIndex={start}
        computeItemKey={(_, row) => row.key}
        followOutput={bottom => (bottom ? 'auto' : false)}
        atBottomThreshold={24}
        atBottomStateChange={setAtBottom}
        startReached={loadEarlier}
        increaseViewportBy={400}
        // otherwise the first row is drawn alone, to be measured
        defaultItemHeight={ROW_HEIGHT}
        tabIndex={0}
        components={isMain ? MAIN_PARTS : THREAD_PARTS}
        itemContent={(_, row) => (
          <ListRow row={row} inThread={!isMain} marked={marked} />
        )}
      />
      {problem && (
        <p className="jca-List-problem" role="alert">
          {problem}
          <Button small onClick={loadEarlier}>
            {trans.__('Retry')}
          </Button>
        </p>
      )}
      {!atBottom && (
        <JumpDown
          isMain={isMain}
          onClick={() =>
            list.current?.scrollToIndex({ index: 'LAST', align: 'end' })
          }
        />
      )}
    </div>
  );
}

function indexOf(rows: readonly Row[], messageId: string | null): number {
  return rows.findIndex(row => row.kind === 'message' && row.id === messageId);
}

/**
 * Where to open: at the message that is gone to, at the unread line, else at the end. A line before all that is
 * loaded is not where reading stopped: that is further up.
 */
function startOf(
  rows: readonly Row[],
  target: string | null
): {
  index: number | 'LAST';
  align: 'start' | 'center' | 'end';
} {
  const wanted = indexOf(rows, target);
  if (wanted !== -1) {
    return { index: wanted, align: 'center' };
  }
  const unread = rows.findIndex(row => row.kind === 'unread');
  const hasRead = rows
    .slice(0, Math.max(0, unread))
    .some(row => row.kind === 'message');
  return hasRead
    ? { index: unread, align: 'start' }
    : { index: 'LAST', align: 'end' };
}

const ListRow = React.memo(function ListRow(props: {
  row: Row;
  inThread: boolean;
  marked: string | null;
}): JSX.Element {
  const { trans } = useServices();
  const { row, inThread, marked } = props;
  switch (row.kind) {
    case 'day':
      return (
        <div className="jca-Day" role="separator">
          {dayName(row.at, Date.now(), trans)}
        </div>
      );
    case 'unread':
      return (
        <div className="jca-Unread" role="separator">
          {trans.__('New')}
        </div>
      );
    case 'notices':
      return <NoticesRow notices={row.notices} />;
    case 'run':
      return <WaitingRun runId={row.runId} />;
    case 'message':
      return (
        <MessageRow
          id={row.id}
          head={row.head}
          inThread={inThread}
          marked={marked === row.id}
        />
      );
  }
});

/** Above the first message. */
function Earlier(): JSX.Element | null {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.listChanged);
  return session.hasEarlier ? (
    <div className="jca-List-earlier">{trans.__('Earlier messages…')}</div>
  ) : null;
}

const MAIN_PARTS = { Header: Earlier };
const THREAD_PARTS = {};

function JumpDown(props: { isMain: boolean; onClick(): void }): JSX.Element {
  const { trans } = useServices();
  const session = useSession();
  useSignal(session.unreadChanged);
  const fresh = props.isMain ? session.unread : 0;
  return (
    <Button small className="jca-JumpDown" onClick={props.onClick}>
      {fresh > 0
        ? trans._n('%1 new', '%1 new', fresh)
        : trans.__('To the newest')}{' '}
      ↓
    </Button>
  );
}
