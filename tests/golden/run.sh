#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs golden cases: run.sh [--update] [--wrapper COMMAND] [--append OPTIONS] PROGRAM [CASE...]
#
# A case is a folder of tests/golden/cases:
#   args              arguments for the program, one line, quoted as in a shell; or
#   cmd               a bash script that calls "$TRACE_ANALYZE" itself (pipes, several runs)
#   about             one line: why this case exists
#   input/            files the run finds in its folder
#   expected.stdout   what it prints; a file that is absent stands for nothing
#   expected.stderr
#   expected.exit     exit status; absent: 0
#   expected/         files it writes, compared byte for byte
#   expected.present  files it writes whose bytes depend on fonts and library versions:
#                     "NAME HEX" per line, HEX the first bytes of the file
# It runs in an empty folder in which `testdata` leads to the project's testdata.
# Whatever else it leaves there, in TMPDIR or in HOME, such as a temporary
# file, is a failure. --update writes the expectations anew: read them before
# you commit them. --wrapper (valgrind, for instance) stands before the
# program, --append adds options to every `args` case.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
testdata=$(cd "$here/../../testdata" && pwd)
all_cases=${TA_GOLDEN_CASES:-$here/cases} # another folder only in run_test.sh
update=
append=
TA_WRAPPER=
while [[ ${1:-} == --* ]]; do
	case $1 in
	--update) update=1 ;;
	--wrapper) TA_WRAPPER=${2//[$'\n\t']/ } && shift ;;
	--append) append=$2 && shift ;;
	*) echo "unknown option $1" >&2 && exit 2 ;;
	esac
	shift
done
program=$(realpath "${1:?usage: run.sh [--update] [--wrapper COMMAND] [--append OPTIONS] PROGRAM [CASE...]}")
shift

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C.UTF-8 COLUMNS=80 TERM=dumb HOME="$scratch/home" TMPDIR="$scratch/tmp"
unset NO_COLOR CLICOLOR CLICOLOR_FORCE || true

# What `cmd` scripts call: the program behind its wrapper.
cat > "$scratch/trace_analyze" <<-END
	#!/bin/bash
	exec $TA_WRAPPER "$program" "\$@"
END
chmod +x "$scratch/trace_analyze"
export TRACE_ANALYZE=$scratch/trace_analyze

run_case() { # FOLDER
	local arguments=()
	rm -rf "${scratch:?}"/{run,tmp,home}
	mkdir -p "$scratch"/{run,tmp,home}
	if [[ -d $1/input ]]; then
		cp -r "$1/input/." "$scratch/run"
	fi
	ln -s "$testdata" "$scratch/run/testdata"
	(cd "$scratch/run" && find . ! -name . | sort) > "$scratch/before"
	status=0
	if [[ -e $1/cmd ]]; then
		(cd "$scratch/run" && bash "$1/cmd") < /dev/null \
			> "$scratch/stdout" 2> "$scratch/stderr" || status=$?
	else
		eval "arguments=($(cat "$1/args") $append)"
		(cd "$scratch/run" && "$TRACE_ANALYZE" "${arguments[@]}") < /dev/null \
			> "$scratch/stdout" 2> "$scratch/stderr" || status=$?
	fi
	(cd "$scratch/run" && find . ! -name . | sort) > "$scratch/after"
	comm -13 "$scratch/before" "$scratch/after" | sed 's,^\./,,' > "$scratch/written"
}

begins_with() { # FILE HEX
	[[ $(od -An -v -tx1 -N $((${#2} / 2)) "$1" | tr -d ' \n') == "$2" ]]
}

compare_text() { # WHAT EXPECTED ACTUAL
	local expected=$2
	[[ -e $expected ]] || expected=/dev/null
	if ! diff -u --label "expected $1" --label "actual $1" "$expected" "$3" > "$scratch/diff"; then
		head -n 40 "$scratch/diff"
		failed=1
	fi
}

complain() { # TEXT
	echo "$1"
	failed=1
}

check_files() { # FOLDER
	local name magic
	: > "$scratch/wanted"
	if [[ -d $1/expected ]]; then
		(cd "$1/expected" && find . ! -name . | sed 's,^\./,,') >> "$scratch/wanted"
		while read -r name; do
			if [[ ! -e $scratch/run/$name ]]; then
				complain "$name was not written"
			elif [[ -f $1/expected/$name ]]; then
				compare_text "$name" "$1/expected/$name" "$scratch/run/$name"
			fi
		done < "$scratch/wanted"
	fi
	if [[ -e $1/expected.present ]]; then
		while read -r name magic; do
			echo "$name" >> "$scratch/wanted"
			if [[ ! -e $scratch/run/$name ]]; then
				complain "$name was not written"
			elif ! begins_with "$scratch/run/$name" "$magic"; then
				complain "$name does not begin with the bytes $magic"
			fi
		done < "$1/expected.present"
	fi
	while read -r name; do
		complain "left behind: $name"
	done < <(sort "$scratch/wanted" | comm -13 - "$scratch/written")
	while read -r name; do
		complain "left behind: $name"
	done < <(find "$scratch/tmp" "$scratch/home" -mindepth 1)
}

check_case() { # FOLDER
	local expected_status=0
	failed=
	if [[ -e $1/expected.exit ]]; then
		expected_status=$(cat "$1/expected.exit")
	fi
	if [[ $status -ne $expected_status ]]; then
		complain "exit status $status, expected $expected_status"
	fi
	compare_text stdout "$1/expected.stdout" "$scratch/stdout"
	compare_text stderr "$1/expected.stderr" "$scratch/stderr"
	check_files "$1"
}

keep_if_any() { # ACTUAL EXPECTED
	if [[ -s $1 ]]; then
		cp "$1" "$2"
	else
		rm -f "$2"
	fi
}

update_case() { # FOLDER
	local name
	keep_if_any "$scratch/stdout" "$1/expected.stdout"
	keep_if_any "$scratch/stderr" "$1/expected.stderr"
	rm -rf "$1/expected" "$1/expected.exit"
	if [[ $status -ne 0 ]]; then
		echo "$status" > "$1/expected.exit"
	fi
	while read -r name; do
		if [[ -e $1/expected.present ]] && grep -q "^$name " "$1/expected.present"; then
			continue
		fi
		if [[ -d $scratch/run/$name ]]; then
			mkdir -p "$1/expected/$name"
		else
			mkdir -p "$1/expected" && cp "$scratch/run/$name" "$1/expected/$name"
		fi
	done < "$scratch/written"
}

if [[ $# -eq 0 ]]; then
	mapfile -t cases < <(cd "$all_cases" && printf '%s\n' * | sort)
	set -- "${cases[@]}"
fi
passed_count=0
failed_count=0
for name in "$@"; do
	folder=$all_cases/$name
	if [[ ! -e $folder/args && ! -e $folder/cmd ]]; then
		echo "$name: no such case" >&2
		exit 2
	fi
	run_case "$folder"
	if [[ -n $update ]]; then
		update_case "$folder"
	fi
	check_case "$folder" > "$scratch/report" # sets $failed
	if [[ -n $failed ]]; then
		echo "FAILED $name: $(cat "$folder/about" 2>/dev/null || true)"
		sed 's/^/    /' "$scratch/report"
		failed_count=$((failed_count + 1))
	else
		passed_count=$((passed_count + 1))
	fi
done
echo "golden: $passed_count passed, $failed_count failed"
[[ $failed_count -eq 0 ]]
