// Where the glue and the module come from when the page is one file: from the file. tools/single.mjs puts this into boot.js, and `glue`
// before it. The module stands in an element of its own, compressed and written in 85 characters: five of them are four octets.
const LOST = "The page cannot start: this file is damaged or incomplete. Please get it again.";
const parts = async () => {
  const store = document.getElementById("module");
  const text = store?.textContent ?? "";
  if (text.length !== Number(store?.dataset.length)) throw new Error(`${text.length} of ${store?.dataset.length} characters are there`);
  store.remove();
  // From here on what fails is the browser.
  loaded = true;
  const packed = new Uint8Array((text.length / 5) * 4);
  const words = new DataView(packed.buffer);
  // From "(" on, but for "<", which "}" stands for.
  const digit = (at) => { const code = text.charCodeAt(at); return code === 125 ? 20 : code - 40; };
  for (let at = 0; at < text.length; at += 5) {
    words.setUint32((at / 5) * 4, (((digit(at) * 85 + digit(at + 1)) * 85 + digit(at + 2)) * 85 + digit(at + 3)) * 85 + digit(at + 4));
  }
  const stream = new Blob([packed.subarray(0, Number(store.dataset.octets))]).stream().pipeThrough(new DecompressionStream("gzip"));
  return { init: glue, octets: await new Response(stream).arrayBuffer() };
};
