# SPDX-License-Identifier: LGPL-2.1-or-later
# Completes the command denoiseae in bash.
_denoiseae() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  case $before in
    --model)
      mapfile -t COMPREPLY < <(compgen -W "$(denoiseae --list-models 2>/dev/null)" -- "$word")
      compopt -o default
      return
      ;;
    --video-codec)
      mapfile -t COMPREPLY < <(compgen -W "x264 x265 av1 vp9 prores ffv1" -- "$word")
      return
      ;;
    --precision)
      mapfile -t COMPREPLY < <(compgen -W "auto float32 bfloat16 int8" -- "$word")
      return
      ;;
    --strength | --chroma-strength | --noise-level | --sharpen | --crf | --codec-option | --from | --to | --run-in | --threads | --jobs)
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    # The options are those that --help lists.
    mapfile -t COMPREPLY < <(compgen -W "$(denoiseae --help 2>/dev/null | grep -oE '^  (-[a-z],)?--[a-z-]+' |
      sed -E 's/^ +(-[a-z],)?//')" -- "$word")
    return
  fi
  compopt -o default
}
complete -F _denoiseae denoiseae
