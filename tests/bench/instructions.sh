#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Guards the hot path on machines too noisy for clocks: counts the instructions per
# event that decoding and matching take, and compares them with instructions.txt.
#
#   instructions.sh BENCH_DECODE LOG [--update]
#
# A count more than MARGIN percent above the record fails; one more than MARGIN
# percent below asks for --update. The counts hold for one compiler and its flags
# (Debian 12's gcc, the release preset) on x86-64; elsewhere the test is skipped (77).
set -euo pipefail

bench=${1:?usage: instructions.sh BENCH_DECODE LOG [--update]}
log=${2:?usage: instructions.sh BENCH_DECODE LOG [--update]}
update=${3:-}
record=$(dirname "$0")/instructions.txt
readonly MARGIN=10

if [[ $(uname -m) != x86_64 ]] || ! command -v valgrind > /dev/null; then
	echo "skipped: the counts are for x86-64, and valgrind makes them"
	exit 77
fi

out=$(mktemp)
trap 'rm -f "$out"' EXIT

count() { # KIND: instructions per event
	local events total
	if ! valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect='bench_run*' "$bench" "$1" "$log" > "$out" 2>&1; then
		return 1
	fi
	events=$(sed -n 's/^\([0-9]*\) events.*/\1/p' "$out")
	total=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$out")
	echo $((total / events))
}

status=0
new=""
for kind in portable sse2 avx2; do
	if ! per_event=$(count "$kind"); then
		echo "$kind: not on this machine"
		new+=$(grep "^$kind " "$record" || true)$'\n'
		continue
	fi
	known=$(awk -v kind="$kind" '$1 == kind { print $2 }' "$record" 2> /dev/null || true)
	echo "$kind: $per_event instructions per event (recorded: ${known:-none})"
	new+="$kind $per_event"$'\n'
	if [[ $update == --update ]]; then
		continue
	fi
	if [[ -z $known ]] || ((per_event * 100 > known * (100 + MARGIN))); then
		echo "  more than $MARGIN % above the record: make it faster, or say why and --update"
		status=1
	elif ((per_event * 100 < known * (100 - MARGIN))); then
		echo "  more than $MARGIN % below the record: well done, now --update"
		status=1
	fi
done
if [[ $update == --update ]]; then
	printf '%s' "$new" | sed '/^$/d' > "$record"
fi
exit $status
