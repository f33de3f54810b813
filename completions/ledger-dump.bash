# Completion of ledger-dump for bash: source it, or put it into /usr/share/bash-completion/completions
# as ledger-dump.

_ledger_dump() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= i
  local verbs='log grant account org license explain diff export keys stats verify report repair backup backups restore at'
  for ((i = 2; i < COMP_CWORD; ++i)); do
    [[ " $verbs " == *" ${COMP_WORDS[i]} "* && ${COMP_WORDS[i]} != at ]] && verb=${COMP_WORDS[i]}
  done
  case $before in
    --family) COMPREPLY=($(compgen -W 'log state member index activation base' -- "$word")) && return ;;
    --format) COMPREPLY=($(compgen -W 'jsonl csv' -- "$word")) && return ;;
    --status)
      COMPREPLY=($(compgen -W 'PENDING_ACCEPT DISABLED ACTIVE REJECTED DELETED WORKFLOW_COMPLETED' -- "$word"))
      return
      ;;
    --html) COMPREPLY=($(compgen -f -- "$word")) && return ;;
    --to)
      case $verb in repair | backup | restore) COMPREPLY=($(compgen -d -- "$word")) ;; esac
      return
      ;;
    --log) COMPREPLY=($(compgen -d -- "$word")) && return ;;
  esac
  ((COMP_CWORD == 1)) && COMPREPLY=($(compgen -d -- "$word")) && return
  case $verb in
    '') COMPREPLY=($(compgen -W "$verbs --at --json --help" -- "$word")) ;;
    log) COMPREPLY=($(compgen -W '--from --to --follow --json' -- "$word")) ;;
    org) COMPREPLY=($(compgen -W '--tree --json' -- "$word")) ;;
    diff) COMPREPLY=($(compgen -W '--from --to --accounts --json' -- "$word")) ;;
    export) COMPREPLY=($(compgen -W 'grants activations log --format --status' -- "$word")) ;;
    keys) COMPREPLY=($(compgen -W '--family --prefix --json' -- "$word")) ;;
    verify) COMPREPLY=($(compgen -W '--deep --json' -- "$word")) ;;
    report) COMPREPLY=($(compgen -W '--html --org --json' -- "$word")) ;;
    repair) COMPREPLY=($(compgen -W '--to --json' -- "$word")) ;;
    backup) COMPREPLY=($(compgen -W '--to --keep --json' -- "$word")) ;;
    backups) COMPREPLY=($(compgen -W '--verify --keep --json' -- "$word")) ;;
    restore) COMPREPLY=($(compgen -W '--to --at --as-of --log --json' -- "$word")) ;;
    *) COMPREPLY=($(compgen -W '--json' -- "$word")) ;;
  esac
}
complete -o filenames -F _ledger_dump ledger-dump
