// Sets the chosen theme before the first paint. Without a choice the style sheet follows the system.
// The key "theme" and the values "light" and "dark" are shared with src/ui/browser.rs.
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden (private windows, file:). The system's theme is then the right one.
}
