import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { PendingInvite } from '../../protocol.gen';
import { tellInvitations } from '../invitations';

const PENDING: PendingInvite = {
  session_id: 's1',
  session_name: 'Sales',
  by_name: 'Ann',
  invite: {
    invite_id: 'i1',
    role: 'editor',
    participant_id: 'user:ben',
    by: 'user:ann',
    at: 0,
    expires_at: null,
    uses_left: null
  }
};

/** A window whose list and answers are given. */
class FakeList {
  readonly listChanged = new Signal<this, void>(this);
  readonly invited = new Signal<this, any>(this);
  invitations: PendingInvite[] = [];
  readonly answers: unknown[] = [];
  problem: string | null = null;
  answer = async (ids: any, accept: boolean): Promise<void> => {
    if (this.problem) {
      throw new Error(this.problem);
    }
    this.answers.push([ids.session_id, ids.invite_id, accept]);
  };
}

function setUp(notify = true) {
  const list = new FakeList();
  const services: any = { trans: nullTranslator.load('') };
  const choices = { notify };
  tellInvitations(list as any, { services, show: () => undefined }, choices);
  return { list, choices };
}

const said = (): string[] =>
  Notification.manager.notifications.map(one => one.message);
const press = (label: string): void =>
  Notification.manager.notifications[0].options
    .actions!.find(action => action.label === label)!
    .callback(new MouseEvent('click'));

afterEach(() => Notification.dismiss());

describe('an invitation', () => {
  it('is told from the list, once, to somebody with no open session', () => {
    const { list } = setUp();
    expect(said()).toEqual([]);
    list.invitations = [PENDING];
    list.listChanged.emit();
    list.listChanged.emit();
    list.invited.emit({ ...PENDING, invite_id: 'i1' });
    expect(said()).toEqual(['Ann invites you to “Sales”']);
  });

  it('is answered with the ids at hand, before the list has it', () => {
    const { list } = setUp();
    const { session_id, session_name, by_name } = PENDING;
    list.invited.emit({ session_id, session_name, by_name, invite_id: 'i1' });
    press('Accept');
    press('Decline');
    expect(list.answers).toEqual([
      ['s1', 'i1', true],
      ['s1', 'i1', false]
    ]);
  });

  it('that cannot be answered says why', async () => {
    const { list } = setUp();
    list.invitations = [PENDING];
    list.listChanged.emit();
    list.problem = 'The invitation was revoked.';
    press('Accept');
    await Promise.resolve();
    await Promise.resolve();
    expect(said()).toContain('The invitation was revoked.');
  });

  it('waits while I do not want to be disturbed', () => {
    const { list, choices } = setUp(false);
    list.invitations = [PENDING];
    list.listChanged.emit();
    expect(said()).toEqual([]);
    choices.notify = true;
    list.listChanged.emit();
    expect(said()).toHaveLength(1);
  });
});
