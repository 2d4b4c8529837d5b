// The whole front end, gzipped, against its budget. Source maps are not sent to anybody.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET = 150 * 1024;
const folder = join(
  dirname(fileURLToPath(import.meta.url)),
  '..',
  'jupyter_collab_agents',
  'labextension',
  'static'
);

let total = 0;
for (const name of readdirSync(folder)) {
  if (/\.(js|css)$/.test(name)) {
    total += gzipSync(readFileSync(join(folder, name))).length;
  }
}
const kib = bytes => `${(bytes / 1024).toFixed(1)} KiB`;
console.log(`Front end: ${kib(total)} gzipped of ${kib(BUDGET)} allowed`);
if (total > BUDGET) {
  process.exitCode = 1;
}
