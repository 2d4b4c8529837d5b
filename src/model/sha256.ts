/**
 * SHA-256 (FIPS 180-4). `crypto.subtle` only answers later, and not at all on
 * a page that came over plain HTTP from another host.
 */

const PRIMES = (() => {
  const found: number[] = [];
  for (let n = 2; found.length < 64; n++) {
    if (found.every(prime => n % prime !== 0)) {
      found.push(n);
    }
  }
  return found;
})();

/** The first 32 bits of the fractional part. */
function fraction(value: number): number {
  return ((value - Math.floor(value)) * 0x100000000) | 0;
}

const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map(prime => fraction(Math.cbrt(prime)));

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function padded(bytes: Uint8Array): DataView {
  const size = Math.ceil((bytes.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(size));
  new Uint8Array(view.buffer).set(bytes);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(size - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(size - 4, (bytes.length << 3) >>> 0);
  return view;
}

/** The hash of a text's UTF-8 bytes, 64 hexadecimal digits. */
export function sha256(text: string): string {
  const view = padded(new TextEncoder().encode(text));
  const hash = [...START];
  const words = new Int32Array(64);
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        words[i] = view.getInt32(block + i * 4);
        continue;
      }
      const x = words[i - 15];
      const y = words[i - 2];
      words[i] =
        (rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)) +
        words[i - 7] +
        (rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)) +
        words[i - 16];
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      const first =
        h +
        (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
        ((e & f) ^ (~e & g)) +
        ROUND[i] +
        words[i];
      const second =
        (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
        ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [
        g,
        f,
        e,
        (d + first) | 0,
        c,
        b,
        a,
        (first + second) | 0
      ];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      hash[i] = (hash[i] + word) | 0;
    });
  }
  return hash.map(word => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
