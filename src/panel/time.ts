import { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function exactTime(at: number): string {
  return new Date(at).toLocaleString(undefined, {
    dateStyle: 'full',
    timeStyle: 'medium'
  });
}

/** A day and a time for something that is not just now. */
export function dateTime(at: number): string {
  return new Date(at).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short'
  });
}

export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit'
  });
}

/** "5 min ago", "10:42", "3 May": as much as one needs beside a message. */
export function relativeTime(
  at: number,
  now: number,
  trans: TranslationBundle
): string {
  const ago = now - at;
  if (ago < MINUTE) {
    return trans.__('now');
  }
  if (ago < HOUR) {
    return trans.__('%1 min ago', Math.floor(ago / MINUTE));
  }
  if (ago < DAY) {
    return clockTime(at);
  }
  return new Date(at).toLocaleDateString(undefined, {
    day: 'numeric',
    month: 'short'
  });
}

export function dayName(
  at: number,
  now: number,
  trans: TranslationBundle
): string {
  const day = new Date(at);
  if (day.toDateString() === new Date(now).toDateString()) {
    return trans.__('Today');
  }
  if (day.toDateString() === new Date(now - DAY).toDateString()) {
    return trans.__('Yesterday');
  }
  return day.toLocaleDateString(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year:
      day.getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric'
  });
}

/** "0.2 s", "3 min". */
export function duration(
  milliseconds: number,
  trans: TranslationBundle
): string {
  return milliseconds < MINUTE
    ? trans.__('%1 s', Math.max(0.1, milliseconds / 1000).toFixed(1))
    : trans.__('%1 min', Math.round(milliseconds / MINUTE));
}
