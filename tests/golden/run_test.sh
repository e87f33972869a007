#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sees run.sh find what it must find, with a program that does what its arguments say.
# shellcheck disable=SC2016 # scripts in single quotes are for that program to expand
set -euo pipefail

runner=$(cd "$(dirname "$0")" && pwd)/run.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TA_GOLDEN_CASES=$work/cases
failures=0

cat > "$work/program" <<'END'
#!/bin/bash
eval "$1"
END
chmod +x "$work/program"

make_case() { # SCRIPT
	rm -rf "$work/cases"
	mkdir -p "$work/cases/one"
	printf '%q\n' "$1" > "$work/cases/one/args"
	bash "$runner" --update "$work/program" one > /dev/null
}

expect() { # STATUS WHAT
	local status=0
	bash "$runner" "$work/program" > "$work/output" 2>&1 || status=$?
	if [[ $status -ne $1 ]]; then
		echo "FAILED: $2: exit $status, expected $1"
		cat "$work/output"
		failures=$((failures + 1))
	fi
}

# What the case expects, then what it is changed to do.
planted() { # WHAT EXPECTED_SCRIPT ACTUAL_SCRIPT
	make_case "$2"
	printf '%q\n' "$3" > "$work/cases/one/args"
	expect 1 "$1"
}

make_case 'echo a; echo b >&2; echo c > file; mkdir d; echo e > d/f; exit 3'
expect 0 "expectations written by --update"
make_case 'cat testdata/README.md > /dev/null'
expect 0 "testdata in reach"
planted "another standard output" 'echo a' 'echo b'
planted "a line more" 'echo a' 'echo a; echo b'
planted "nothing printed" 'echo a' ':'
planted "something on stderr" ':' 'echo warning >&2'
planted "another exit status" 'exit 2' 'exit 3'
planted "an output file that is missing" 'echo a > file' ':'
planted "an output file that differs" 'echo a > file' 'echo b > file'
planted "a temporary file left behind" 'echo a > file' 'echo a > file; echo a > .file.tmp'
planted "a temporary folder left behind" ':' 'mkdir out.XXXX'
planted "something left in TMPDIR" ':' 'echo a > "$TMPDIR/x"'
planted "something left in HOME" ':' 'echo a > "$HOME/x"'
make_case 'printf "\x89PNG..." > chart.png'
rm -r "$work/cases/one/expected"
expect 1 "an output nobody asked for"
echo 'chart.png 89504e47' > "$work/cases/one/expected.present"
expect 0 "a file known by its first bytes"
echo 'chart.png 25504446' > "$work/cases/one/expected.present"
expect 1 "a file of another kind"

if [[ $failures -gt 0 ]]; then
	exit 1
fi
echo "every planted difference was found"
