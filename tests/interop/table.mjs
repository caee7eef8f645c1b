// Tables of what runs with which program, their notes and their count.
//
//   ✓   it worked, and what the other program says is what our trace says
//   –   it cannot run; the note says why
//   ✗   it failed; the note says how
//
// `--only=NAME` is for the programs whose names begin so.

import { Cannot } from './world.mjs';

const ONLY = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7);
const notes = [];
let passes = 0;
let failures = 0;

/// What has to be so for a cell to pass.
export function demand(condition, what) {
  if (!condition) throw new Error(what);
}

function note(text) {
  if (!notes.includes(text)) notes.push(text);
  return String(notes.indexOf(text) + 1);
}

async function cell(work) {
  try {
    await work();
    return ['✓', ''];
  } catch (error) {
    if (error instanceof Cannot) return ['–', error.message];
    return ['✗', error.message.split('\n')[0]];
  }
}

/// Runs each row with each program, and prints it.
export async function table(title, rows, peers) {
  console.log(`\n${title}\n`);
  const chosen = peers.filter(({ name }) => !ONLY || name.startsWith(ONLY));
  const versions = await Promise.all(chosen.map((peer) => peer.version()));
  const heads = chosen.map((peer, index) => `${peer.name} ${versions[index] ?? 'not here'}`);
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  console.log(`${' '.repeat(width)}  ${heads.join('  ')}`);
  for (const [name, work] of Object.entries(rows)) {
    const cells = [];
    for (const [index, peer] of chosen.entries()) {
      const [mark, why] = versions[index] === undefined ? ['–', 'not here: it needs root, Debian\'s packages, or its interpreter'] : await cell(() => work(peer));
      passes += mark === '✓' ? 1 : 0;
      failures += mark === '✗' ? 1 : 0;
      cells.push(`${mark}${why && ` ${note(why)}`}`.padEnd(heads[index].length));
    }
    console.log(`${name.padEnd(width)}  ${cells.join('  ')}`.trimEnd());
  }
}

/// The notes and the count, and whether nothing failed.
export function finish() {
  if (notes.length > 0) console.log(`\n${notes.map((text, index) => `${index + 1}  ${text}`).join('\n')}`);
  // As node's test runner says it, for the count of `make test`.
  console.log(`\n# pass ${passes}\n# fail ${failures}`);
  return failures === 0;
}
