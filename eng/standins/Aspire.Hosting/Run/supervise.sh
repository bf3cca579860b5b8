#!/usr/bin/env bash
# Runs one command so that neither it nor anything it starts outlives whoever holds the other end of standard input.
#
#   setsid bash supervise.sh run MARK COMMAND [ARGUMENT...]
#
# Needs bash: smaller shells drop variables whose names hold a dash, as ConnectionStrings__appdb-api does.
#
# Standard input carries names of signals, one a line, for the command; its end means: end everything.
# MARK goes into the command's environment: what carries it belongs to the command, even in a session of its own.
# The exit status is the command's; 128+n when signal n ended it. Standard error stays open until nothing is left.
#
# Three processes take part. The parent (run) waits for the command, which dies when the parent is killed. The guard reads
# standard input; it is in a session of its own and nobody's child, so it outlives both and ends what they leave.
variable=ASPIRE_STANDIN_MARK

run() {
  mark=$1 known=
  exec 3<&0 4>&2 6>&1 </dev/null 2>/dev/null
  (setsid bash "$0" guard "$mark" $$ <&3 3<&- 9>&4 4>&- 6>&- >/dev/null &)
  exec 3<&-
  # In the foreground, for a shell's background processes ignore interrupts. What is captured is the command's number.
  main=$(exec bash "$0" start "$@" 5>&1 >&6 6>&-)
  status=$?
  sweep
  exit "$status"
}

start() {
  echo $$ >&5
  export "$variable=$1"
  shift
  exec 2>&4 4>&- 5>&-
  exec setsid setpriv --pdeathsig KILL -- "$@"
}

guard() {
  mark=$1 parent=$2 main= known=
  while [ -z "$main" ] && [ -d "/proc/$parent" ]; do
    main=$(command_below "$parent") || sleep 0.05
  done
  while read -r signal; do
    known=$(family remember)
    kill -s "$signal" "$main"
  done
  # While the command lives its descendants can be told by their parents, wherever they went and whatever they hide.
  known=$(family remember)
  case " $(family)" in *" $main "*) kill -s TERM "$main" ;; esac
  within 100 still_main
  sweep
}

# The number of the command, which is the child of process $1 that carries the mark.
command_below() {
  for pid in $(cat "/proc/$1/task/$1/children"); do
    grep -qsxzF "$variable=$mark" "/proc/$pid/environ" && echo "$pid" && return
  done
  return 1
}

# Ends what a command left when nobody did: by its mark, and by its number, which is its session's.
end() {
  mark=$1 main=$2 known=
  sweep
}

# Ends what is left: politely, after two seconds by force.
sweep() {
  rest=$(family)
  [ -n "$rest" ] || return 0
  kill -s TERM $rest
  within 20 family && return 0
  for try in 1 2 3 4 5; do
    kill -s KILL $(family)
    within 5 family && return 0
  done
}

# Waits up to $1 tenths of a second until function $2 prints nothing.
within() {
  tenths=$1
  while [ -n "$($2)" ]; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

still_main() {
  case " $(family)" in *" $main "*) echo "$main" ;; esac
}

# The numbers of the command's processes that still run: those in its session, with its mark, known from before, or started
# by one of these. With an argument: each with its start time, so that a number that is used again is not taken for it.
family() {
  marked=$(grep -lsxzF "$variable=$mark" /proc/[0-9]*/environ | cut -d/ -f3 | tr '\n' ' ')
  cat /proc/[0-9]*/stat 2>/dev/null | awk -v session="${main:-none}" -v marked="$marked" -v known="$known" -v remember="$1" '
    BEGIN {
      split(marked, list, " "); for (i in list) member[list[i]]
      split(known, list, " "); for (i in list) { split(list[i], pair, ":"); seen[pair[1]] = pair[2] }
    }
    {
      pid = $1; sub(/^.*\) /, "")
      state[pid] = $1; parent[pid] = $2; started[pid] = $20
      if ($4 == session || (pid in seen && seen[pid] == $20)) member[pid]
    }
    END {
      do {
        grown = 0
        for (pid in parent) if (!(pid in member) && (parent[pid] in member)) { member[pid]; grown = 1 }
      } while (grown)
      for (pid in member) if ((pid in state) && state[pid] != "Z") printf "%s ", remember ? pid ":" started[pid] : pid
    }'
}

mode=$1
shift
"$mode" "$@"
