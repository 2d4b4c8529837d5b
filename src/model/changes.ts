export type Topic =
  | 'list'
  | 'people'
  | 'presence'
  | 'threads'
  | 'context'
  | 'runs'
  | 'session'
  | 'permissions'
  | 'unread'
  | 'connection';

/** What has changed since it was last told. */
export class Changes {
  readonly topics = new Set<Topic>();
  /** Ids of messages. */
  readonly messages = new Set<string>();
  /** Ids of participants; empty with the topic 'presence' means everybody. */
  readonly presence = new Set<string>();

  touch(...topics: readonly Topic[]): void {
    topics.forEach(topic => this.topics.add(topic));
  }

  message(id: string): void {
    this.messages.add(id);
  }

  /** Rows come, go or look different in ways that no single message says. */
  get changesLists(): boolean {
    const { topics } = this;
    return topics.has('list') || topics.has('runs') || topics.has('people');
  }

  get changesUnread(): boolean {
    return this.topics.has('unread') || this.topics.has('list');
  }

  get isEmpty(): boolean {
    return this.topics.size === 0 && this.messages.size === 0;
  }

  /** All of it, to be told now; what changes from here on is told next time. */
  take(): Changes {
    const taken = new Changes();
    this.topics.forEach(topic => taken.topics.add(topic));
    this.messages.forEach(id => taken.messages.add(id));
    this.presence.forEach(id => taken.presence.add(id));
    this.topics.clear();
    this.messages.clear();
    this.presence.clear();
    return taken;
  }
}
