// Sets the chosen theme before the first paint. Without a choice the style sheet follows the system.
// The key "theme" and the values "light" and "dark" are shared with src/ui/browser.rs.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden (private windows, file:). The system's theme is then the right one.
}
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
