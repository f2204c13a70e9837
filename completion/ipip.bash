# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of ipip for bash: the command knows what may follow.

_ipip() {
  # bash splits --option=value at the =: put it together again.
  local words=() word i typed cut="" line prefix
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == = && ${#words[@]} -gt 0 ]]; then
      words[-1]+="="
    elif [[ ${#words[@]} -gt 0 && ${words[-1]} == *= && ${COMP_WORDS[i - 1]} == = ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  typed=${words[-1]}
  [[ $typed == *=* ]] && cut=${typed%=*}=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files* ]]; then
      prefix=${line#:files}
      prefix=${prefix# }
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${typed#"$prefix"}")
    else
      word=${line%%$'\t'*}
      word=${word#"$cut"}
      COMPREPLY+=("$word")
      [[ $word == *= ]] && compopt -o nospace 2>/dev/null
    fi
  done < <("${COMP_WORDS[0]}" --complete "${words[@]}" 2>/dev/null)
}

complete -F _ipip ipip
