import { LabServer, Person, tokenOf } from './server';
import type {
  CreatedSession,
  CreateSession,
  DocumentContent,
  EditBody,
  EditResult,
  Joined,
  InviteLink,
  MessagePage,
  SessionList
} from '../src/protocol.gen';

/** The REST interface, asked as one person: to set scenes, not to test it. */
export class Api {
  constructor(
    private readonly server: LabServer,
    private readonly person: Person
  ) {}

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.server.url}/api/collab-agents/${path}`, {
      method,
      headers: {
        Authorization: `token ${tokenOf(this.person)}`,
        'Content-Type': 'application/json'
      },
      body: body === undefined ? undefined : JSON.stringify(body)
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return (text ? JSON.parse(text) : null) as T;
  }

  sessions(): Promise<SessionList> {
    return this.ask('GET', 'sessions');
  }

  createSession(
    wanted: Partial<CreateSession> & { name: string }
  ): Promise<CreatedSession> {
    return this.ask('POST', 'sessions', wanted);
  }

  async deleteSession(sessionId: string): Promise<void> {
    await this.ask('DELETE', `sessions/${sessionId}`);
  }

  /** Accept the invitation to me by name. */
  async acceptInvitation(sessionId: string): Promise<Joined> {
    const { invitations } = await this.sessions();
    const mine = invitations.find(one => one.session_id === sessionId);
    if (!mine) {
      throw new Error(`${this.person} is not invited to ${sessionId}`);
    }
    return this.ask('POST', 'invites/accept', {
      session_id: sessionId,
      invite_id: mine.invite.invite_id
    });
  }

  inviteLink(sessionId: string, role: string): Promise<InviteLink> {
    return this.ask('POST', `sessions/${sessionId}/invites`, { role });
  }

  post(sessionId: string, body: string): Promise<{ message_id: string }> {
    return this.ask('POST', `sessions/${sessionId}/messages`, { body });
  }

  /** What a document says, and which version that is. */
  content(path: string): Promise<DocumentContent> {
    return this.ask(
      'GET',
      `documents/content?path=${encodeURIComponent(path)}`
    );
  }

  /** Edit a document as a script does, for the version that it has read. */
  edit(path: string, body: EditBody): Promise<EditResult> {
    return this.ask(
      'POST',
      `documents/edits?path=${encodeURIComponent(path)}`,
      body
    );
  }

  async messages(sessionId: string, limit = 100): Promise<string[]> {
    const page = await this.ask<MessagePage>(
      'GET',
      `sessions/${sessionId}/messages?limit=${limit}`
    );
    return page.messages.map(message => message.body);
  }
}
