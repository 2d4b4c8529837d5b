/**
 * Notebooks as browsers have them: many Yjs documents in one process, moved over its standard
 * input. A line is a list of commands, the answer a list of what each gave; updates are base64.
 */
import { Buffer } from 'node:buffer';
import process from 'node:process';
import * as readline from 'node:readline';
import * as Y from 'yjs';

const replicas = new Map();
const encode = bytes => Buffer.from(bytes).toString('base64');
const decode = text => new Uint8Array(Buffer.from(text, 'base64'));

class Replica {
  constructor(update) {
    this.doc = new Y.Doc();
    this.cells = this.doc.getArray('cells');
    this.sent = [];
    this.mine = {};
    Y.applyUpdate(this.doc, update, 'room');
    this.undoing = new Y.UndoManager([this.cells], {
      trackedOrigins: new Set([this.mine]),
      captureTimeout: 0
    });
    this.doc.on('update', (made, origin) => {
      if (origin !== 'room') {
        this.sent.push(encode(made));
      }
    });
  }

  edit({ kind, cell, at, text, to }) {
    const count = this.cells.length;
    if (kind === 'undo' || kind === 'redo') {
      this.undoing[kind]();
      return;
    }
    this.doc.transact(() => {
      if (count === 0 || kind === 'add') {
        this.cells.insert(to % (count + 1), [fresh(text)]);
        return;
      }
      const index = cell % count;
      const shared = this.cells.get(index);
      const json = shared.toJSON();
      const source = shared.get('source');
      const characters = Array.from(source.toString());
      const place = n => characters.slice(0, n).join('').length;
      const first = at % (characters.length + 1);
      const last = Math.min(first + 1 + (to % 4), characters.length);
      switch (kind) {
        case 'type':
          source.insert(place(first), text);
          break;
        case 'erase':
          source.delete(place(first), place(last) - place(first));
          break;
        case 'remove':
          this.cells.delete(index, 1);
          break;
        case 'move':
          this.cells.delete(index, 1);
          this.cells.insert(to % count, [clone(json)]);
          break;
        case 'retype':
          this.cells.delete(index, 1);
          this.cells.insert(index, [
            clone({
              ...json,
              cell_type: ['code', 'markdown', 'raw'][to % 3]
            })
          ]);
          break;
        case 'tag':
          shared.get('metadata').set(`k${to % 3}`, text);
          break;
        case 'run':
          shared.set('execution_count', to);
          break;
      }
    }, this.mine);
  }
}

function clone(json) {
  const made = new Y.Map();
  const source = new Y.Text();
  source.insert(0, json.source);
  const metadata = new Y.Map();
  Object.entries(json.metadata).forEach(([k, v]) => metadata.set(k, v));
  made.set('source', source);
  made.set('metadata', metadata);
  made.set('cell_type', json.cell_type);
  made.set('id', json.id);
  made.set('outputs', Y.Array.from(json.outputs ?? []));
  made.set('execution_count', json.execution_count ?? null);
  return made;
}

function fresh(id) {
  return clone({ id, cell_type: 'code', source: id, metadata: {} });
}

const commands = {
  make: ({ name, update }) =>
    void replicas.set(name, new Replica(decode(update))),
  drop: ({ name }) => void replicas.delete(name),
  edit: ({ name, ...edit }) => {
    const replica = replicas.get(name);
    replica.edit(edit);
    return replica.sent.splice(0);
  },
  take: ({ name, update }) =>
    void Y.applyUpdate(replicas.get(name).doc, decode(update), 'room'),
  state: ({ name }) => encode(Y.encodeStateVector(replicas.get(name).doc)),
  since: ({ name, state }) =>
    encode(Y.encodeStateAsUpdate(replicas.get(name).doc, decode(state))),
  content: ({ name }) => replicas.get(name).cells.toJSON()
};

readline.createInterface({ input: process.stdin }).on('line', line => {
  const answers = JSON.parse(line).map(
    ([what, given]) => commands[what](given) ?? null
  );
  process.stdout.write(`${JSON.stringify(answers)}\n`);
});
