#!/bin/sh
# mongod as an image of 8.0 has it, which older ones are not by themselves: on SIGTERM it hands over, and then answers for a
# while that it is primary no more, so that nobody has to find that out from a machine that is gone. (That of 8.0 takes 15 s.)

# shellcheck disable=SC2317 # Traps call the functions.
/usr/libexec/mongod "$@" &
server=$!

leave() {
  timeout 15 python3 /usr/libexec/step_down.py "$@"
  sleep 5
  pass_on TERM
}

pass_on() {
  interrupted=yes
  kill -s "$1" "$server" 2>/dev/null
}

trap 'leave "$@"' TERM
for signal in HUP INT QUIT USR1 USR2; do
  # shellcheck disable=SC2064 # The signal of this turn.
  trap "pass_on $signal" "$signal"
done

# A trap ends the wait, and not the server.
interrupted=yes
while [ "$interrupted" ]; do
  interrupted=
  wait "$server"
  status=$?
done
exit "$status"
