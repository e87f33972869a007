#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The GNU parallel recipe of docs/fleet.md as it stands there, with an ssh that runs the command
# in a folder of this machine: run_parallel.sh PROGRAM
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${1:?usage: run_parallel.sh PROGRAM}")
if ! command -v parallel > /dev/null || ! parallel --version 2> /dev/null | grep -q '^GNU parallel'; then
	echo "skipped: GNU parallel is not installed: docs/fleet.md over ssh is not tried"
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export HOME=$scratch KERNEL=$here/testdata/linux TRACE=kmem.log
mkdir bin
ln -s "$program" bin/trace_analyze
cat > bin/ssh <<-'END'
	#!/bin/sh
	host=$1
	shift
	cd "hosts/$host" 2> /dev/null || { echo "ssh: $host: no such host" >&2; exit 255; }
	exec sh -c "$*"
END
chmod +x bin/ssh
for n in 1 2 3 4 5 6; do
	mkdir -p "hosts/board$n"
	head -n $((n * 900)) "$here/testdata/boot.log" > "hosts/board$n/kmem.log"
	echo "board$n"
done > hosts.txt
# shellcheck disable=SC2016
sed -n '/^## GNU parallel over ssh/,$p' "$here/docs/fleet.md" |
	sed -n '/^```sh$/,/^```$/p;/^```$/q' | sed '/^```/d' > recipe.sh

passed=0
failed=0
check() { # TEXT COMMAND...
	local text=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$text"
	fi
}
status=0
PATH=$scratch/bin:$PATH timeout 100 sh recipe.sh > printed 2>&1 || status=$?
check "all boards: exit status $status: $(cat printed)" test "$status" -eq 0
cp fleet.db whole.db
for n in 1 2 3 4 5 6; do
	"$program" -q -k "$KERNEL" -f "hosts/board$n/kmem.log" --save-db "board$n.db"
done
"$program" merge -q board?.db -o here.db
check "not the bytes of the same analyses made here" \
	test "$(sqlite3 here.db "SELECT name, digest, current_dynamic FROM run")" = \
	"$(sqlite3 whole.db "SELECT name, digest, current_dynamic FROM run")"

echo board7 >> hosts.txt # cannot be reached
rm results/board2.db
status=0
PATH=$scratch/bin:$PATH timeout 100 sh recipe.sh > printed 2>&1 || status=$?
check "a board is missing: exit status $status" test "$status" -eq 1
check "the missing board is not named: $(cat printed)" grep -q 'missing: board7' printed
check "a board that came back is not there" test -e results/board2.db
echo "fleet: $passed passed, $failed failed"
[[ $failed -eq 0 ]]
