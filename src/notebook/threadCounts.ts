import { Thread } from '../protocol.gen';

/** What was said beside one cell. */
export interface ICellTalk {
  threads: number;
  /** Of all of them, their first ones too. */
  messages: number;
}

/** The talks of a notebook's cells, by cell id. */
export function talksIn(
  path: string,
  threads: Readonly<Record<string, Thread>>
): Map<string, ICellTalk> {
  const talks = new Map<string, ICellTalk>();
  for (const thread of Object.values(threads)) {
    const { anchor, replies } = thread;
    if (anchor?.path !== path || anchor.cell_id === null) {
      continue;
    }
    const talk = talks.get(anchor.cell_id);
    talks.set(anchor.cell_id, {
      threads: (talk?.threads ?? 0) + 1,
      messages: (talk?.messages ?? 0) + replies + 1
    });
  }
  return talks;
}
