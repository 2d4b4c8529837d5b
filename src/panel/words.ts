/** What things are called; the only place for the panel's longer sentences. */

import { TranslationBundle } from '@jupyterlab/translation';
import { Ending } from '../client/closing';
import { ConnectionState } from '../client/connection';
import { INotice } from '../model/notices';
import { keptWords } from '../review/conflicts';
import { ILockNames, lockedPlace } from '../documents/lockWords';
import { Activity, Keep, PresenceState, Role } from '../protocol.gen';

type Trans = TranslationBundle;

export function fileName(path: string): string {
  return path.split('/').pop() || path;
}

export function roleName(role: Role, trans: Trans): string {
  switch (role) {
    case 'owner':
      return trans.__('owner');
    case 'editor':
      return trans.__('editor');
    case 'commenter':
      return trans.__('commenter');
    case 'viewer':
      return trans.__('viewer');
  }
}

export function activityName(activity: Activity, trans: Trans): string {
  switch (activity) {
    case 'active':
      return trans.__('active');
    case 'idle':
      return trans.__('idle');
    case 'away':
      return trans.__('away');
    case 'offline':
      return trans.__('not here');
  }
}

/** "sales.ipynb, cell 4". */
export function placeName(
  location: PresenceState['location'],
  trans: Trans
): string | null {
  if (!location) {
    return null;
  }
  const file = fileName(location.path);
  return typeof location.cell_index === 'number'
    ? trans.__('%1, cell %2', file, location.cell_index + 1)
    : file;
}

export function connectionName(state: ConnectionState, trans: Trans): string {
  switch (state.kind) {
    case 'connecting':
      return trans.__('connecting…');
    case 'live':
      return trans.__('live');
    case 'reconnecting':
      return trans.__('reconnecting…');
    case 'ended':
      return trans.__('disconnected');
  }
}

export function endingName(reason: Ending, trans: Trans): string {
  switch (reason) {
    case 'removed':
      return trans.__('You were removed from this session.');
    case 'gone':
      return trans.__('This session was deleted, or is not open to you.');
    case 'forbidden':
      return trans.__(
        'Your account may not join this session. Ask an owner to invite you.'
      );
    case 'reload':
      return trans.__(
        'The server was updated. Reload the page to go on; what you typed is kept.'
      );
    case 'protocol':
      return trans.__(
        'This page and the server do not understand each other. Reload the page; what you typed is kept.'
      );
    case 'closed':
      return trans.__('The connection was closed.');
  }
}

/** What a line's ids are called. */
export interface INames extends Pick<ILockNames, 'describe'> {
  nameOf(participantId: string): string;
}

/** A line that nobody wrote, with the names of people and places. */
export function noticeText(
  notice: INotice,
  names: INames,
  trans: Trans
): string {
  const { nameOf, describe } = names;
  const who = notice.actor === 'system' ? null : nameOf(notice.actor);
  const by = who ?? trans.__('The server');
  const whom = notice.subject === null ? '' : nameOf(notice.subject);
  const text = notice.text ?? '';
  const file = fileName(text);
  switch (notice.kind) {
    case 'joined':
      return trans.__('%1 joined', whom);
    case 'left':
      return trans.__('%1 left', whom);
    case 'removed':
      return trans.__('%1 removed %2', by, whom);
    case 'banned':
      return trans.__('%1 banned %2', by, whom);
    case 'unbanned':
      return trans.__('%1 lifted the ban on %2', by, whom);
    case 'role':
      return trans.__('%1 made %2 %3', by, whom, roleName(text as Role, trans));
    case 'muted':
      return trans.__('%1 muted %2', by, whom);
    case 'unmuted':
      return trans.__('%1 let %2 speak again', by, whom);
    case 'renamed':
      return trans.__('%1 renamed the session “%2”', by, text);
    case 'archived':
      return trans.__('%1 archived the session', by);
    case 'timed_out':
      return trans.__('Archived because nobody was here');
    case 'reopened':
      return trans.__('%1 reopened the session', by);
    case 'session_muted':
      return trans.__('%1 muted the session: only owners post', by);
    case 'session_unmuted':
      return trans.__('%1 opened the session for everybody again', by);
    case 'history':
      return text === 'all'
        ? trans.__('%1 lets newcomers see earlier messages', by)
        : trans.__('%1 hides earlier messages from newcomers', by);
    case 'files':
      return text
        ? trans.__('%1 chose the files: %2', by, text)
        : trans.__('%1 cleared the list of files', by);
    case 'active_file':
      return text
        ? trans.__('%1 turned to %2', by, fileName(text))
        : trans.__('%1 turned away from the file', by);
    case 'context_set':
      return trans.__('%1 set “%2” in the context', by, text);
    case 'context_deleted':
      return trans.__('%1 deleted “%2” from the context', by, text);
    case 'reverted':
      return trans.__(
        '%1 took back what %2 did in %3',
        by,
        whom,
        fileName(text)
      );
    case 'run_failed':
      return text
        ? trans.__('%1 could not answer: %2', whom, text)
        : trans.__('%1 could not answer', whom);
    case 'run_cancelled':
      return trans.__('%1 was stopped', whom);
    case 'edited':
      return notice.cells.size === 0
        ? trans.__('%1 edited %2', by, fileName(text))
        : trans._n(
            '%2 edited %1 cell in %3',
            '%2 edited %1 cells in %3',
            notice.cells.size,
            by,
            fileName(text)
          );
    case 'ran': {
      const [cell] = notice.cells;
      return notice.cells.size <= 1
        ? trans.__(
            '%1 ran %2',
            by,
            describe({ path: text, cell_id: cell ?? null })
          )
        : trans._n(
            '%2 ran %1 cell of %3',
            '%2 ran %1 cells of %3',
            notice.cells.size,
            by,
            fileName(text)
          );
    }
    case 'proposed':
      return notice.cells.size === 0
        ? trans.__('%1 proposes a change of %2', by, fileName(text))
        : trans._n(
            '%2 proposes a change of %1 cell in %3',
            '%2 proposes a change of %1 cells in %3',
            notice.cells.size,
            by,
            fileName(text)
          );
    case 'accepted':
      return trans.__('%1 accepted what %2 proposed for %3', by, whom, file);
    case 'rejected':
      return trans.__('%1 rejected what %2 proposed for %3', by, whom, file);
    case 'withdrawn':
      return trans.__('%1 withdrew a proposal for %2', by, file);
    case 'conflict':
      return notice.cells.size === 0
        ? trans.__('%1’s edit of %2 has to be decided', by, fileName(text))
        : trans._n(
            '%2’s edit of %1 cell in %3 has to be decided',
            '%2’s edit of %1 cells in %3 has to be decided',
            notice.cells.size,
            by,
            fileName(text)
          );
    case 'decided_current':
    case 'decided_incoming':
    case 'decided_both':
    case 'decided_edited': {
      const [cell] = notice.cells;
      return trans.__(
        '%1 decided a conflict in %2: %3',
        by,
        describe({ path: text, cell_id: cell ?? null }),
        keptWords(notice.kind.slice('decided_'.length) as Keep, trans)
      );
    }
    default:
      return lockNoticeText(notice, names, trans);
  }
}

function lockNoticeText(
  { kind, place, subject }: INotice,
  { nameOf, describe }: INames,
  trans: Trans
): string {
  if (!place) {
    return '';
  }
  const what = lockedPlace(place, { describe });
  const holder = place.lock.holder_name;
  const next = subject === null ? '' : nameOf(subject);
  switch (kind) {
    case 'locked':
      return trans.__('%1 locked %2', holder, what);
    case 'lock_released':
      return trans.__('%1 released %2', holder, what);
    case 'lock_expired':
      return trans.__("%1's lock on %2 ended", holder, what);
    case 'lock_handed_over':
      return trans.__('%1 handed %2 over to %3', holder, what, next);
    case 'lock_stolen':
      return trans.__('%3 took %2 over from %1', holder, what, next);
    case 'lock_left':
      return trans.__('%1 left: %2 is free', holder, what);
    case 'lock_withdrawn':
      return trans.__('%1 may not write any more: %2 is free', holder, what);
    default:
      return '';
  }
}
