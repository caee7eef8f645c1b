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
// And says so when the script that starts the page does not load: nobody else could. An error of an element does not rise.
addEventListener("error", ({ target }) => {
  const box = document.getElementById("fault");
  if (target instanceof HTMLScriptElement && box) {
    box.textContent = "The page cannot start: its first script could not be loaded. Please load the page again.";
    box.hidden = false;
    document.querySelectorAll(".starting > p").forEach((line) => line.remove());
  }
}, true);
