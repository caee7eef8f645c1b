// Sets the chosen theme before the first paint. Without a choice the style sheet follows the system.
// The keys "theme" and "start" and their values are shared with src/ui/browser.rs.
let start;
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  start = localStorage.getItem("start");
} catch {
  // Storage can be forbidden (private windows, file:). The system's theme is then the right one.
}
// Whether the cover, which stands in the page, is what the address leads to; also when a link of it is followed before anything is there.
const look = () => {
  const { hash } = location;
  document.documentElement.toggleAttribute("data-cover", hash.length > 1 ? /[#&]view=cover(&|$)/.test(hash) : start !== "lab");
};
look();
addEventListener("hashchange", look);
// What is starting is said where something can start.
document.documentElement.dataset.scripts = "on";
// The question of the cover is painted first, then the rest of it, which takes longer; and only then is anything made ready
// (start.js). A page that nobody looks at paints nothing, and waits but a moment.
const shown = new Promise((done) => {
  const root = document.documentElement;
  if (!root.hasAttribute("data-cover")) return done();
  const rest = () => { delete root.dataset.first; done(); };
  root.dataset.first = "";
  requestAnimationFrame(() => requestAnimationFrame(rest));
  setTimeout(rest, 200);
});
