// What the octets of the module are: twiggy's list of functions, added up by crate, and our own by module.

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { DIST, ROOT } from "../browser.mjs";

const brotli = (octets) => brotliCompressSync(octets, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

/** Octets of what the page loads, as they are and after brotli. */
export function shipped() {
  const files = readdirSync(DIST).filter((name) => /\.(html|js|css|wasm)$/.test(name)).map((name) => readFileSync(join(DIST, name)));
  return { plain: files.reduce((sum, file) => sum + file.length, 0), brotli: files.reduce((sum, file) => sum + brotli(file), 0) };
}

/** Octets by part, the largest first, of the module as the compiler leaves it: its functions have names there. */
export function parts() {
  const module = join(ROOT, "target/wasm32-unknown-unknown/page/starttls-lab.wasm");
  const list = JSON.parse(execFileSync(join(ROOT, ".tools/bin/twiggy"), ["top", "-n", "1000000", "-f", "json", module], { encoding: "utf8", maxBuffer: 1 << 28 }));
  const sums = new Map();
  let all = 0;
  for (const { name, shallow_size: size } of list) {
    const part = partOf(name);
    if (!part) continue;
    all += size;
    sums.set(part, (sums.get(part) ?? 0) + size);
  }
  return { all, parts: [...sums].sort((one, two) => two[1] - one[1]), module: statSync(module).size };
}

/** The module of ours or the crate that a function is of; nothing for what is cut off before the module is shipped. */
function partOf(full) {
  // What tells one crate from another of the same name, and what a reference stands before.
  const name = full.replace(/\[[0-9a-f]{8,}\]/g, "");
  // wasm-bindgen reads its descriptions and takes them out.
  if (/^custom section/.test(name) || /function names|__wbindgen_describe/.test(name)) return undefined;
  if (/^data segment/.test(name)) return "constants and texts";
  if (/^<(?:&*[A-Z]|str|char|bool|[iuf]\d+|&str|\[[A-Z])\S* as (?:core|alloc)::|^<(?:str|char)>::|^__r|compiler_builtins/.test(name)) return "Rust's library";
  const [, crate, module] = name.match(/^[<&(\[*\s]*(?:mut |dyn )?([a-z_0-9]+)::([a-z_0-9]+)/) ?? [];
  if (!crate) return "other";
  return crate === "starttls_lab" ? `our ${module}` : ["core", "alloc", "std", "hashbrown", "dlmalloc"].includes(crate) ? "Rust's library" : crate;
}
