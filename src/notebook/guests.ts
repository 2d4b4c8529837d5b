import { Participant, PresenceState } from '../protocol.gen';

/** Another participant, in a file that is open here. */
export interface IGuest {
  id: string;
  name: string;
  initials: string;
  /** A CSS colour; '' when the server's is none. */
  color: string;
  isAgent: boolean;
  /** Did nothing for a while. */
  isQuiet: boolean;
  /** What an agent does, in a few words. */
  doing: string | null;
  cellId: string | null;
  cellIndex: number | null;
  /** The caret's line in a plain text file, from 0. */
  line: number | null;
}

/** The part of a session that says who is where. */
export interface IWhereabouts {
  readonly me: string;
  readonly presence: ReadonlyMap<string, PresenceState>;
  readonly participants: Readonly<Record<string, Participant>>;
}

/** Who else is in the file `path`, by name. */
export function guestsIn(path: string, session: IWhereabouts): IGuest[] {
  const guests: IGuest[] = [];
  for (const [id, presence] of session.presence) {
    const { location, activity, doing } = presence;
    const participant = session.participants[id];
    if (
      id === session.me ||
      location?.path !== path ||
      activity === 'offline' ||
      participant?.membership !== 'member'
    ) {
      continue;
    }
    const { name, initials, color, kind } = participant.profile;
    guests.push({
      id,
      name,
      initials,
      color: safeColor(color),
      isAgent: kind === 'agent',
      isQuiet: activity !== 'active',
      doing,
      cellId: location.cell_id ?? null,
      cellIndex: location.cell_index ?? null,
      line: location.cell_id ? null : (location.cursor?.line ?? null)
    });
  }
  return guests.sort(
    (a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id)
  );
}

/** The guests of each cell. */
export function byCell(guests: readonly IGuest[]): Map<string, IGuest[]> {
  const cells = new Map<string, IGuest[]>();
  for (const guest of guests) {
    if (guest.cellId !== null) {
      cells.set(guest.cellId, [...(cells.get(guest.cellId) ?? []), guest]);
    }
  }
  return cells;
}

/** Guests that are drawn, and how many more there are. */
export function stack<T>(
  guests: readonly T[],
  room: number
): { shown: T[]; more: number } {
  const shown = guests.slice(0, guests.length > room ? room - 1 : room);
  return { shown, more: guests.length - shown.length };
}

/** The colour if it is one, and nothing else (it goes into a style). */
export function safeColor(color: string): string {
  return /^#[\da-f]{3,8}$|^[a-z]{1,30}$|^(?:rgb|hsl)a?\([\d\s.,%/deg-]{1,60}\)$|^var\(--jp-[\w-]{1,60}\)$/i.test(
    color
  )
    ? color
    : '';
}
