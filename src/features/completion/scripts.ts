import type { SHELLS } from "./command.ts";

/**
 * What each shell is given. A script knows no command: it asks `tieline __complete` with the number
 * of the words and the words, the last of which is being written, and offers the lines of the
 * answer: a candidate, a tab and what it is; `:files` asks for files as well. The program is looked
 * for on the PATH, never under the name that was typed: a key must not run what lies in a folder.
 * No candidate is ever read as code.
 */
const BASH = `# bash completion of tieline
_tieline() {
  local line cur="\${COMP_WORDS[COMP_CWORD]}"
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  [[ $cur == "=" ]] && cur=""
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then
      compopt -o default 2>/dev/null
      continue
    fi
    line="\${line%%$'\\t'*}"
    [[ $line == "$cur"* ]] && COMPREPLY+=("$line")
  done < <(command tieline __complete "\${#words[@]}" "\${words[@]}" 2>/dev/null)
}
complete -F _tieline tieline
`;

const ZSH = `#compdef tieline
_tieline() {
  local line files=0
  local -a found given
  given=("\${(@)words[2,CURRENT]}")
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then
      files=1
      continue
    fi
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(command tieline __complete "\${#given}" "\${(@)given}" 2>/dev/null)
  (( \${#found} )) && _describe -t words tieline found
  (( files )) && _files
  return 0
}
if [[ "\${funcstack[1]}" == "_tieline" ]]; then
  _tieline "$@"
else
  compdef _tieline tieline
fi
`;

const FISH = `# fish completion of tieline
function __tieline_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l given $words[2..-1]
    for line in (command tieline __complete (count $given) $given 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            printf '%s\\n' $line
        end
    end
end
complete -c tieline -f -a '(__tieline_complete)'
`;

const POWERSHELL = `# PowerShell completion of tieline
Register-ArgumentCompleter -Native -CommandName tieline -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $count = $words.Count
    if ($wordToComplete -eq '') { $count += 1 }
    $program = Get-Command -CommandType Application -Name tieline | Select-Object -First 1
    & $program __complete $count @words 2>$null | ForEach-Object {
        $value, $about = $_ -split "\`t", 2
        if ($value -ne ':files') {
            if (-not $about) { $about = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
        }
    }
}
`;

/** The scripts of the shells. */
const BY_SHELL: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};

/** The scripts by the names of their shells. */
export const SCRIPTS: ReadonlyMap<string, string> = new Map(
  Object.entries(BY_SHELL),
);
