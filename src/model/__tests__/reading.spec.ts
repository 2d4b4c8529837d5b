import { Reading } from '../reading';

describe('the unread line', () => {
  it('stands where I stopped when the session was opened', () => {
    const reading = new Reading();
    reading.open(5, 9);
    expect(reading.line).toBe(5);
  });

  it('is not there when nothing is new', () => {
    const reading = new Reading();
    reading.open(9, 9);
    expect(reading.line).toBeNull();
  });

  it('stays while I read and scroll back, and moves with the next news', () => {
    const reading = new Reading();
    reading.open(5, 9);
    reading.watch(true);
    reading.read(9);
    reading.watch(false);
    expect(reading.line).toBe(5);
    reading.arrived();
    expect(reading.line).toBe(9);
    reading.arrived();
    expect(reading.line).toBe(9);
  });

  it('is not drawn for what I see coming', () => {
    const reading = new Reading();
    reading.open(9, 9);
    reading.watch(true);
    reading.arrived();
    expect(reading.line).toBeNull();
  });

  it('goes when I answer or have read on elsewhere', () => {
    const reading = new Reading();
    reading.open(5, 9);
    reading.answered();
    expect(reading.line).toBeNull();
    reading.arrived();
    reading.readElsewhere(12);
    expect(reading.line).toBeNull();
    expect(reading.read(12)).toBe(false);
  });
});
