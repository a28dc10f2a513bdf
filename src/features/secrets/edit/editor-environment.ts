import type { ProcessEnv } from "../../../domain/environment-access.ts";
/**
 * What an editor needs of the environment: where it is, where its settings are, what it is shown
 * on. Neither the platform's credentials nor the keys of the file are among it, nor whatever else a
 * pipeline or a shell has put there: an editor runs plug-ins.
 */
const NEEDED: readonly RegExp[] = [
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|HOSTNAME|TMPDIR|TEMP|TMP|TZ)$/u,
  /^(?:TERM|TERMINFO|TERMINFO_DIRS|TERM_PROGRAM|TERM_PROGRAM_VERSION|COLORTERM|COLORFGBG|NO_COLOR|LINES|COLUMNS|TMUX|TMUX_PANE|STY)$/u,
  /^(?:LANG|LANGUAGE|LC_[A-Z]+|XMODIFIERS|GTK_IM_MODULE|QT_IM_MODULE)$/u,
  /^(?:DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|XDG_[A-Z_]+)$/u,
  /^(?:VISUAL|EDITOR|VIM|VIMRUNTIME|VIMINIT|MYVIMRC|NVIM_APPNAME|NANORC|EMACSLOADPATH|EMACS_SERVER_FILE|HELIX_RUNTIME|KAKOUNE_CONFIG_DIR)$/u,
  // How `code --wait` and its like find the window they belong to.
  /^(?:VSCODE_IPC_HOOK|VSCODE_IPC_HOOK_CLI|VSCODE_CWD|WSL_DISTRO_NAME|WSL_INTEROP|WSLENV|__CF_USER_TEXT_ENCODING)$/u,
  /^(?:SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERNAME|USERDOMAIN|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|COMMONPROGRAMFILES.*)$/u,
];

/** The variables an editor is started with. */
export function editorEnvironment(env: ProcessEnv): Record<string, string> {
  const taken: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const known = process.platform === "win32" ? name.toUpperCase() : name;
    if (value !== undefined && NEEDED.some((list) => list.test(known)))
      taken[name] = value;
  }
  return taken;
}
