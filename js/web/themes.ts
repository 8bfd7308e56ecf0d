/** Light and dark: what the system prefers, until the user chooses. */
import type { ITheme } from "@xterm/xterm";

const KEY = "krait-console-theme";

const TERMINAL: Readonly<Record<"light" | "dark", ITheme>> = {
  light: {
    background: "#ffffff",
    foreground: "#1b1f24",
    cursor: "#1b1f24",
    selectionBackground: "#b6d7f8",
    red: "#b3261e",
    green: "#1a6b2d",
    yellow: "#7a5200",
    blue: "#0a5fb4",
    magenta: "#8a2ba8",
    cyan: "#05687a",
    white: "#57606a",
    brightBlack: "#5f6b76",
  },
  dark: {
    background: "#14181d",
    foreground: "#e6edf3",
    cursor: "#e6edf3",
    selectionBackground: "#2f4a66",
    red: "#ff8a80",
    green: "#7ee08f",
    yellow: "#e8c46a",
    blue: "#7cc0ff",
    magenta: "#dba6ff",
    cyan: "#6fd8e8",
    white: "#c7d0d9",
    brightBlack: "#98a4b0",
  },
};

/** Applies the theme now and whenever it changes. */
export function followTheme(button: HTMLButtonElement, apply: (theme: ITheme) => void): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = localStorage.getItem(KEY);
    const isDark = chosen === null ? system.matches : chosen === "dark";
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    button.setAttribute("aria-pressed", String(isDark));
    apply(TERMINAL[isDark ? "dark" : "light"]);
  };
  button.addEventListener("click", () => {
    localStorage.setItem(KEY, document.documentElement.dataset.theme === "dark" ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
